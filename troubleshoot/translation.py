"""Owns which fields exist in Korean and English.

What is read from documents needs a text in one of the two; what editors alone write needs it in Korean.
"""

from modeltranslation.translator import TranslationOptions, register

from troubleshoot import models


@register(models.Product)
class ProductTranslation(TranslationOptions):
    fields = ("title",)
    required_languages = {"ko": ("title",)}


@register(models.Document)
class DocumentTranslation(TranslationOptions):
    fields = ("title", "description", "lead")


@register(models.Section)
class SectionTranslation(TranslationOptions):
    fields = ("title", "body")


@register(models.Operation)
class OperationTranslation(TranslationOptions):
    fields = ("title",)


@register(models.ErrorEntry)
class ErrorEntryTranslation(TranslationOptions):
    fields = ("message", "cause", "lead", "original", "original_message", "outdated_note")


@register(models.ErrorAlias)
class ErrorAliasTranslation(TranslationOptions):
    fields = ("text",)
    required_languages = {"ko": ("text",)}


@register(models.Resolution)
class ResolutionTranslation(TranslationOptions):
    fields = ("condition", "body", "note")


@register(models.Flow)
class FlowTranslation(TranslationOptions):
    fields = ("title", "summary", "needs")
    required_languages = {"ko": ("title", "summary")}


@register(models.Step)
class StepTranslation(TranslationOptions):
    fields = ("title", "body", "help", "symptoms")
    required_languages = {"ko": ("title",)}


@register(models.Choice)
class ChoiceTranslation(TranslationOptions):
    fields = ("label", "help", "symptoms")
    required_languages = {"ko": ("label",)}
