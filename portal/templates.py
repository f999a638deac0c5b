"""Owns templates as they are loaded: what one says each time, in one language, is written out once.

Words, addresses, icons and the names of static files are half of what a template does, and follow from the language and
from where the portal stands (docs/adr/0058-templates-are-written-out-for-a-language.md).
"""

from __future__ import annotations

from threading import RLock
from typing import Any

from django.template import Context, Node, NodeList, library
from django.template.base import FilterExpression, Template, TextNode, TokenType
from django.template.defaulttags import AutoEscapeControlNode, CommentNode, IfNode, LoadNode, URLNode
from django.template.loader_tags import IncludeNode
from django.template.loaders import cached
from django.templatetags.i18n import BlockTranslateNode, LanguageNode, TranslateNode
from django.templatetags.static import StaticNode
from django.urls import get_script_prefix
from django.utils.translation import get_language

# What is written out may load another template, an icon say.
_writing = RLock()


class Loader(cached.Loader):
    """Django's own, which keeps the templates of each language apart."""

    def cache_key(self, template_name: str, skip: Any = None) -> str:
        return f"{get_language()} {get_script_prefix()} {super().cache_key(template_name, skip)}"

    def get_template(self, template_name: str, skip: Any = None) -> Template:
        template = super().get_template(template_name, skip)
        if hasattr(template, "is_written_out") or self.engine.debug:
            return template
        with _writing:  # of two first readers at once, one waits until the other's is whole
            if not hasattr(template, "is_written_out"):
                nothing = Context()
                nothing.template = Template("", engine=self.engine)
                template.nodelist = _written_out(template.nodelist, nothing)
                template.is_written_out = True  # type: ignore[attr-defined]
        return template


class _Included:
    """A template that is included by its name: looked for once, when it is first shown."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._found: Template | None = None

    def resolve(self, context: Context) -> Template:
        if self._found is None:
            self._found = context.template.engine.get_template(self._name)  # type: ignore[union-attr]  # it is shown
        return self._found


def _written_out(nodes: NodeList, nothing: Context) -> NodeList:
    """The same nodes, but those that say the same each time as texts, and texts side by side as one."""
    written = NodeList()
    for node in nodes:
        known = _known(node, nothing)
        if isinstance(known, TextNode) and written and isinstance(written[-1], TextNode):
            written[-1] = TextNode(written[-1].s + known.s)
        else:
            written.append(known)
    return written


def _known(node: Node, nothing: Context) -> Node:
    if isinstance(node, LanguageNode | AutoEscapeControlNode):
        return node  # what is inside says something else than it would out here
    if isinstance(node, LoadNode | CommentNode):
        return TextNode("")
    if _is_constant(node):
        try:
            return TextNode(node.render(nothing))
        except Exception:  # noqa: BLE001 - whoever shows it is told what is wrong
            return node
    if isinstance(node, IfNode):
        node.conditions_nodelists = [(when, _written_out(then, nothing)) for when, then in node.conditions_nodelists]
    for name, value in vars(node).items():
        if isinstance(value, NodeList):
            setattr(node, name, _written_out(value, nothing))
    if isinstance(node, IncludeNode) and isinstance(node.template, _Included):
        return node  # it was written out before
    if isinstance(node, IncludeNode) and _is_literal(node.template) and not node.template.var.startswith("."):
        node.template = _Included(node.template.var)  # type: ignore[assignment]  # all that is asked of it
    return node


def _is_constant(node: Node) -> bool:
    """Whether a node says the same each time that it is shown in one language."""
    if isinstance(node, TranslateNode):
        return not node.asvar and node.message_context is None and _is_literal(node.filter_expression)
    if isinstance(node, BlockTranslateNode):
        is_plain = not (node.asvar or node.extra_context or node.countervar or node.message_context)
        return is_plain and all(token.token_type == TokenType.TEXT for token in node.singular)
    if isinstance(node, StaticNode):
        return node.varname is None and _is_literal(node.path)
    if isinstance(node, URLNode):
        return node.asvar is None and all(map(_is_literal, (node.view_name, *node.args, *node.kwargs.values())))
    if isinstance(node, library.SimpleNode):
        given = (*node.args, *node.kwargs.values())
        is_told = getattr(node.func, "is_constant", False) and node.target_var is None
        return is_told and all(map(_is_literal, given))
    return False


def _is_literal(expression: FilterExpression) -> bool:
    """Whether an expression is written out where it stands: not a variable, and no filter is put to it."""
    return not expression.filters and getattr(expression.var, "lookups", None) is None
