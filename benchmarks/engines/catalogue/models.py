"""Owns the entry as modelsearch wants it: a row that says which of its fields are searched."""

from django.db import models
from modelsearch import index


class Entry(index.Indexed, models.Model):
    title = models.TextField()
    body = models.TextField()

    search_fields = [index.SearchField("title"), index.SearchField("body")]

    def __str__(self) -> str:
        return self.title
