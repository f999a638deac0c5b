"""Owns a small flow as rows, for the tests of what stands on them: a question, a value, an instruction, two ends."""

from typing import TypeVar

from troubleshoot.models import Choice, Flow, Step

Row = TypeVar("Row", Step, Choice)

TARGETS = {
    "os": {"windows": "version", "linux": "install"},
    "version": {"at-least": "done", "below": "install"},
    "install": {"done": "done", "failed": "support"},
}


def make_flow(key: str = "agent", *, published: bool = True, order: int = 1) -> Flow:
    flow = Flow.objects.create(
        key=key,
        order=order,
        title_ko="에이전트 마법사",
        title_en="Agent wizard",
        summary_ko="요약입니다.",
        summary_en="A summary.",
        published=published,
    )
    steps = [
        step_of(flow, 1, "os", help_ko="도움말 [항목](portal:error/agent)", help_en="Help [entry](portal:error/agent)"),
        step_of(flow, 2, "version", kind="value", minimum="2.6.1198.718", example="2.7.1"),
        step_of(flow, 3, "install", kind="instruction", body_ko="설치합니다.", body_en="Install it."),
        step_of(flow, 4, "done", kind="outcome", result="solved"),
        step_of(flow, 5, "support", kind="outcome", result="support"),
    ]
    put(flow, steps, TARGETS)
    return flow


def put(flow: Flow, steps: list[Step], targets: dict[str, dict[str, str]]) -> None:
    """Save the steps and where their choices lead in two statements; saving the flow tells search of all of them."""
    at = {step.key: step for step in Step.objects.bulk_create(map(with_origins, steps))}
    Choice.objects.bulk_create(
        with_origins(choice_of(at[step], order, key, at[target]))
        for step, choices in targets.items()
        for order, (key, target) in enumerate(choices.items(), 1)
    )
    flow.save()


def with_origins(row: Row) -> Row:
    """A new row as saving leaves it, for many that are written at once: its English is of its Korean."""
    row.translated_from = row.origins()
    return row


def step_of(flow: Flow, order: int, key: str, *, kind: str = "question", **fields: str) -> Step:
    texts = {"title_ko": f"{key} 제목", "title_en": f"{key} title"}
    return Step(flow=flow, key=key, order=order, kind=kind, **texts | fields)


def choice_of(step: Step, order: int, key: str, target: Step) -> Choice:
    texts = {"label_ko": f"{key} 답", "label_en": f"{key} answer"}
    return Choice(step=step, key=key, order=order, target=target, **texts)


def add_step(flow: Flow, key: str, **fields: str) -> Step:
    """A step at the end."""
    step = step_of(flow, flow.steps.count() + 1, key, **fields)
    step.save()
    return step


def add_choice(flow: Flow, step: str, key: str, target: str) -> Choice:
    """A choice at the end of a step's."""
    at = flow.steps.get(key=step)
    choice = choice_of(at, at.choices.count() + 1, key, flow.steps.get(key=target))
    choice.save()
    return choice


def publish(flow: Flow) -> None:
    """Let readers see a flow, whoever would have to be asked."""
    flow.published = True
    flow.save()
