"""The one app: the catalogue of errors, its search, its wizards and the pages that show them."""

__version__ = "0.1.0"
