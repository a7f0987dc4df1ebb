"""Wizards: steps at their own addresses, a draft on the server, and one rule for every button.

A button sends `aksi`: kembali, draf, keluar, lanjut, ajukan, otomatis (autosave), or an act of the step
("unggah:2"). Whatever it is, what was typed is stored first. "lanjut" then checks this step, "ajukan" all
of them. Rows changed elsewhere since the form was opened are not overwritten: 409 shows both values.
"""

import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from portal.kernel import people
from portal.kernel.db import commit
from portal.kernel.errors import Invalid, Missing
from portal.kernel.forms import Problem
from portal.kernel.people import Principal
from portal.kernel.web import Module, done, render, stashed

Form = Mapping[str, str]
CONFLICT = "versi-"


@dataclass(frozen=True)
class Step:
    """One page. `save` stores and returns what could not be read; `check` says what is missing.

    `acts`: further buttons by name, called with the case, the part after the colon, and the person.
    `versions`: hidden version fields to renew after an autosave, by element id. `echo`: template of what else on
    the page an autosave changes (badges, counts), out of band; it is given the case.
    """

    slug: str
    label: str
    template: str
    save: Callable[[Any, Form, Principal], list[Problem]]
    check: Callable[[Any], list[Problem]]
    acts: Mapping[str, Callable[[Any, str, Principal], None]] = field(default_factory=dict)
    versions: Callable[[Any], dict[str, int]] = lambda case: {}
    echo: str = ""


@dataclass(frozen=True)
class Wizard:
    """`page(user, **url)` reads what a page shows, or answers itself; `case(user, **url)` locks the rows to write.

    `guard(case, step)` raises Conflict when the step may not be changed now. `context(page, step, problems)`
    adds what the templates need. `finish(case, user, kunci)` sends it and returns where to go with what words.
    """

    name: str
    rule: str
    can: str
    steps: tuple[Step, ...]
    page: Callable[..., Any]
    case: Callable[..., Any]
    guard: Callable[[Any, str], None]
    context: Callable[[Any, str, list[Problem]], dict[str, Any]]
    finish: Callable[[Any, Principal, uuid.UUID | None], tuple[str, str]]
    exit_url: str
    live: Callable[[Any], Collection[str]] | None = None  # slugs of the steps that this page or case has; all

    def mount(self, module: Module) -> None:
        """Add the wizard's two routes, with the same wrapper as any other."""
        slugs = ", ".join(f'"{step.slug}"' for step in self.steps)  # quoted: a hyphen is no word to the converter
        rule = f"{self.rule}/<any({slugs}):langkah>"

        def show(langkah: str, **url: Any) -> Response:
            return self._show(langkah, url)

        def send(langkah: str, **url: Any) -> Response:
            return self._send(langkah, url)

        show.__name__, send.__name__ = self.name, f"{self.name}_kirim"
        module.route(rule, can=self.can, cached=True)(show)
        module.route(rule, can=self.can, methods=["POST"])(send)

    def present(self, subject: Any) -> list[Step]:
        """The steps that this page or case has, in order."""
        if self.live is None:
            return list(self.steps)
        slugs = self.live(subject)
        return [step for step in self.steps if step.slug in slugs]

    def step(self, subject: Any, slug: str) -> Step:
        found = next((step for step in self.present(subject) if step.slug == slug), None)
        if found is None:
            raise Missing()
        return found

    def neighbour(self, subject: Any, slug: str, by: int) -> str:
        """Slug of the step before or after, '' beyond the ends."""
        slugs = [step.slug for step in self.present(subject)]
        at = slugs.index(slug) + by
        return slugs[at] if 0 <= at < len(slugs) else ""

    def _show(self, slug: str, url: dict[str, Any]) -> Response:
        user = people.required()
        page = self.page(user, **url)
        if isinstance(page, Response):
            return page
        return self._render(page, slug, [], stashed(user))

    def _render(self, page: Any, slug: str, problems: list[Problem], typed: Form, status: int = 200) -> Response:
        step, steps = self.step(page, slug), self.present(page)
        context = {
            "lembar": page, "langkah": slug, "ke": steps.index(step) + 1, "dari": len(steps), "problems": problems,
            "masalah": {p.field: p for p in problems}, "typed": typed, "kunci": uuid.uuid4(),
            "galat_isian": bool(problems), "dipulihkan": bool(typed) and not problems,
            "sebelum": self.neighbour(page, slug, -1), "sesudah": self.neighbour(page, slug, 1),
        }  # fmt: skip
        context |= self.context(page, slug, problems)
        return render(step.template, block="content", status=status, **context)

    def _send(self, slug: str, url: dict[str, Any]) -> Response:
        user, form, here = people.required(), request.form, request.path
        aksi, _, argument = form.get("aksi", "lanjut").partition(":")
        case = self.case(user, **url)
        step = self.step(case, slug)
        if aksi == "ajukan" and _key(form) and self._is_repeat(case, _key(form)):
            return done(*self.finish(case, user, _key(form)))
        self.guard(case, slug)
        problems = step.save(case, form, user)
        conflicts = [p for p in problems if p.field.startswith(CONFLICT)]
        if aksi == "otomatis":
            return self._autosaved(step, case, problems)
        if conflicts:
            commit()
            return self._render(self.page(user, **url), slug, conflicts, form, 409)
        if aksi in step.acts:
            return self._act(step, aksi, argument, case, url)
        if aksi in ("kembali", "draf", "keluar"):
            back = self.neighbour(case, slug, -1) if aksi == "kembali" else slug
            target = self.exit_url if aksi == "keluar" or not back else here.rsplit("/", 1)[0] + f"/{back}"
            return done(target, "Draf tersimpan." if aksi != "kembali" else "", "positive")
        return self._forward(step, aksi, case, problems, url)

    def _is_repeat(self, case: Any, kunci: uuid.UUID | None) -> bool:
        seen: Callable[[uuid.UUID | None], bool] = getattr(case, "has_key", lambda _: False)
        return seen(kunci)

    def _autosaved(self, step: Step, case: Any, problems: list[Problem]) -> Response:
        """Small answer out of band: state of saving and new versions. Stored even when a text is wrong."""
        stale = any(p.field.startswith(CONFLICT) for p in problems)
        commit()
        return render(
            "kernel/tersimpan.html", block="content", status=200, versi=step.versions(case), basi=stale,
            problems=problems, echo=step.echo, kasus=case,
        )  # fmt: skip

    def _act(self, step: Step, aksi: str, argument: str, case: Any, url: dict[str, Any]) -> Response:
        user, problems = people.required(), []
        commit()
        case = self.case(user, **url)
        try:
            step.acts[aksi](case, argument, user)
        except Invalid as error:
            problems.append(Problem(error.field, error.pesan))
        if problems or request.htmx:  # type: ignore[attr-defined]
            commit()
            return self._render(self.page(user, **url), step.slug, problems, {}, 422 if problems else 200)
        return done(request.path)

    def _forward(self, step: Step, aksi: str, case: Any, problems: list[Problem], url: dict[str, Any]) -> Response:
        if aksi not in ("lanjut", "ajukan"):
            return done(request.path)  # a button of an older page: what was typed is stored, nothing is sent
        last = step is self.present(case)[-1] and aksi == "ajukan"
        found = problems + (self._check_all(case) if last else step.check(case))
        if found:
            commit()
            return self._render(
                self.page(people.required(), **url), step.slug, found, request.form if last else {}, 422
            )
        if not last:
            return done(request.path.rsplit("/", 1)[0] + f"/{self.neighbour(case, step.slug, 1) or step.slug}")
        return done(*self.finish(case, people.required(), _key(request.form)))

    def _check_all(self, case: Any) -> list[Problem]:
        return [problem for step in self.present(case) for problem in step.check(case)]


def _key(form: Form) -> uuid.UUID | None:
    try:
        return uuid.UUID(form.get("kunci", ""))
    except ValueError:
        return None
