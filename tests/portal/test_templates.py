"""Templates that are written out for a language say what Django's own say, in every language and whatever they hold."""

import pytest
from django.template import Context, Engine
from django.template.base import TextNode
from django.urls import set_script_prefix
from django.utils import translation

LIBRARIES = {name: f"django.templatetags.{name}" for name in ("i18n", "static", "l10n")} | {
    name: f"troubleshoot.templatetags.{name}" for name in ("icons", "naming", "content")
}
LOAD = "{% load i18n static l10n icons naming content %}"
CONSTANT = (
    "글 {% translate 'Fix' %} <b>",
    "{% translate 'Yes' %}{% translate \"No\" %}",
    "{% blocktranslate %}Error{% endblocktranslate %} 50%",
    "{% blocktranslate trimmed %}\n  About this portal\n{% endblocktranslate %}",
    "{% url 'home' %} {% url 'error' 'some-key' %} {% url 'api:docs' %}",
    "{% static 'troubleshoot/icon.svg' %}",
    "{% icon 'fix' %}{% portal 'name' %}",
)
VARIED = (
    "{% translate word %}",
    "{% translate 'Fix' as fix %}[{{ fix }}]",
    "{% translate 'Fix'|upper %}",
    "{% blocktranslate with n=number %}Option {{ n }}{% endblocktranslate %}",
    "{% blocktranslate count n=number %}About {{ n }} minute{% plural %}About {{ n }} minutes{% endblocktranslate %}",
    "{% url 'error' key %}{% url 'home' as home %}{{ home }}",
    "{% portal what %}{% portal 'name' as name %}{{ name }}",
    "{% if number %}{% translate 'Yes' %}{% else %}{% translate 'No' %}{% endif %}{% if none %}a{% else %}b{% endif %}",
    "{% for one in many %}{% translate 'Fix' %} {{ one }}{% empty %}{% translate 'No' %}{% endfor %}",
    "{% for one in none %}x{% empty %}{% translate 'No' %}{% endfor %}",
    "{% with a='<' %}{% translate 'Fix' %}{{ a }}{% endwith %}",
    "{% language 'en' %}{% translate 'Fix' %}{% endlanguage %}{% translate 'Fix' %}",
    "{% autoescape off %}{{ word }}{% portal 'name' %}{% endautoescape %}{{ word }}",
    "{% include 'part' %}{% include 'part' with word='<i>' only %}{% include part %}",
    "{% extends 'base' %}{% block words %}{{ block.super }}{% translate 'No' %}{% endblock %}",
)
PARTS = {
    "part": LOAD + "{% translate 'Yes' %} {{ word }}",
    "base": LOAD
    + "{% url 'home' %}{% block words %}{% translate 'Yes' %}{% endblock %}{% block rest %}!{% endblock %}",
}
GIVEN = {"word": "<b>&", "number": 2, "many": (1, 2), "none": (), "key": "a-key", "what": "name", "part": "part"}


def engine(source: str, *, is_written_out: bool, debug: bool = False) -> Engine:
    texts = ("django.template.loaders.locmem.Loader", PARTS | {"page": source})
    kind = "portal.templates.Loader" if is_written_out else "django.template.loaders.cached.Loader"
    return Engine(loaders=[(kind, [texts])], libraries=LIBRARIES, debug=debug)


@pytest.mark.parametrize("source", [*CONSTANT, *VARIED])
def test_a_template_says_what_it_says_to_django(source: str) -> None:
    extends, base, rest = source.rpartition("{% extends 'base' %}")
    source = extends + base + LOAD + rest
    ours, djangos = (engine(source, is_written_out=own) for own in (True, False))
    for language in ("ko", "en", "ko"):
        with translation.override(language):
            for _again in range(2):
                said = ours.get_template("page").render(Context(dict(GIVEN)))
                assert said == djangos.get_template("page").render(Context(dict(GIVEN)))


@pytest.mark.parametrize("source", CONSTANT)
def test_what_is_constant_is_one_text(source: str) -> None:
    nodes = engine(LOAD + source, is_written_out=True).get_template("page").nodelist
    assert [type(node) for node in nodes] == [TextNode]


def test_each_language_and_place_of_the_portal_has_its_own() -> None:
    ours = engine(LOAD + "{% url 'home' %} {% translate 'Yes' %}", is_written_out=True)
    said = []
    try:
        for prefix in ("/", "/help/"):
            set_script_prefix(prefix)
            for language in ("ko", "en"):
                with translation.override(language):
                    said.append(ours.get_template("page").render(Context()))
    finally:
        set_script_prefix("/")
    assert said == ["/ 예", "/en/ Yes", "/help/ 예", "/help/en/ Yes"]


def test_an_address_that_there_is_not_is_an_error_only_where_it_is_shown() -> None:
    ours = engine(LOAD + "{% if number %}{% else %}{% url 'nowhere' %}{% endif %}", is_written_out=True)
    assert ours.get_template("page").render(Context(dict(GIVEN))) == ""
    with pytest.raises(Exception, match="nowhere"):
        ours.get_template("page").render(Context())


def test_where_errors_are_shown_nothing_is_written_out() -> None:
    nodes = engine(LOAD + CONSTANT[0], is_written_out=True, debug=True).get_template("page").nodelist
    assert len(nodes) > 1


def test_what_was_written_out_before_is_as_good_a_beginning() -> None:
    ours = engine(LOAD + "{% include 'part' %}{% if number %}{% include 'part' %}{% endif %}", is_written_out=True)
    with translation.override("en"):
        said = ours.get_template("page").render(Context(dict(GIVEN)))
        vars(ours.get_template("page")).pop("is_written_out")  # so it stands while another reader's is being made

        assert ours.get_template("page").render(Context(dict(GIVEN))) == said
