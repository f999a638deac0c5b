"""Owns a small flow as rows, for the tests of what stands on them: a question, a value, an instruction, two ends."""

from troubleshoot.models import Choice, Flow, Step

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
    add_step(flow, "os", help_ko="도움말 [항목](portal:error/agent)", help_en="Help [entry](portal:error/agent)")
    add_step(flow, "version", kind="value", minimum="2.6.1198.718", example="2.7.1")
    add_step(flow, "install", kind="instruction", body_ko="설치합니다.", body_en="Install it.")
    add_step(flow, "done", kind="outcome", result="solved")
    add_step(flow, "support", kind="outcome", result="support")
    for step, targets in TARGETS.items():
        for name, target in targets.items():
            add_choice(flow, step, name, target)
    return flow


def add_step(flow: Flow, key: str, *, kind: str = "question", **fields: str) -> Step:
    """A step at the end."""
    texts = {"title_ko": f"{key} 제목", "title_en": f"{key} title"}
    return Step.objects.create(flow=flow, key=key, order=flow.steps.count() + 1, kind=kind, **texts | fields)


def add_choice(flow: Flow, step: str, key: str, target: str) -> Choice:
    """A choice at the end of a step's."""
    at = flow.steps.get(key=step)
    texts = {"label_ko": f"{key} 답", "label_en": f"{key} answer"}
    leads_to = flow.steps.get(key=target)
    return Choice.objects.create(step=at, key=key, order=at.choices.count() + 1, target=leads_to, **texts)
