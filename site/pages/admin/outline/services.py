"""Puts a program in order: move, rename, add; each checked, logged and serialised."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.actions.move_page import MovePageAction
from wagtail.models import Page

from pages.models import Lesson, Module, Program

from .errors import Moved, OutlineError, Refused


@transaction.atomic
def move(*, program: Program, page_id: int, parent_id: int, after_id: int | None, user) -> Page:
    """Put a page under ``parent_id``, right after ``after_id`` (None: first).

    Moves of one program wait for each other, so that two editors never cross in the tree's paths.
    """
    _lock(program)
    page = _inside(program, page_id)
    parent = program if parent_id == program.pk else _inside(program, parent_id)
    after = _inside(program, after_id) if after_id else None
    if after is not None and not after.is_child_of(parent):
        raise Moved(_("Somebody moved things here meanwhile. This is the outline as it is now."))
    _refuse_impossible(page, parent, user)
    if not _is_there_already(page, parent, after):
        _execute(page, parent, after, user)
    return Page.objects.get(pk=page.pk)


def _lock(program: Program) -> None:
    Page.objects.select_for_update(of=("self",)).get(pk=program.pk)


def _inside(program: Program, page_id: int) -> Page:
    page = Page.objects.descendant_of(program).filter(pk=page_id).first()
    if page is None:
        raise Moved(_("This is not in the program any more. This is the outline as it is now."))
    return page.specific


def _refuse_impossible(page: Page, parent: Page, user) -> None:
    if not page.can_move_to(parent):
        raise OutlineError(
            _("“%(title)s” cannot stand there: lessons belong in modules, modules in programs.")
            % {"title": page.get_admin_display_title()}
        )
    if not page.is_child_of(parent) and not Page._slug_is_available(page.slug, parent, page):
        raise OutlineError(
            _("Another page there has the address “%(slug)s”. Change one of the two first.")
            % {"slug": page.slug}
        )
    if not page.permissions_for_user(user).can_move_to(parent):
        raise Refused(
            _("You may not move “%(title)s” there.") % {"title": page.get_admin_display_title()}
        )


def _is_there_already(page: Page, parent: Page, after: Page | None) -> bool:
    if not page.is_child_of(parent):
        return False
    before = page.get_prev_sibling()
    return (before.pk if before else None) == (after.pk if after else None)


def _execute(page: Page, parent: Page, after: Page | None, user) -> None:
    target, pos = (after, "right") if after else (parent, "first-child")
    try:
        MovePageAction(page, target, pos=pos, user=user).execute()
    except PermissionDenied as error:
        raise Refused(str(error)) from error


@transaction.atomic
def rename(*, program: Program, page_id: int, title: str, user) -> Page:
    """Give a page another title; live at once where it is live, unchanged, and may be published."""
    page = _inside(program, page_id)
    rights = page.permissions_for_user(user)
    if not rights.can_edit() or rights.page_locked():
        raise Refused(_("You may not change “%(title)s”.") % {"title": page.title})
    goes_live = page.live and not page.has_unpublished_changes and rights.can_publish()
    draft = page.get_latest_revision_as_object()
    draft.title = draft.draft_title = title.strip()
    try:
        draft.full_clean()
    except ValidationError as error:
        raise OutlineError(_("A title has 1 to 255 letters.")) from error
    revision = draft.save_revision(user=user, log_action=True)
    if goes_live:
        revision.publish(user=user)
    return Page.objects.get(pk=page.pk)


@transaction.atomic
def add(*, program: Program, parent_id: int, title: str, user) -> Page:
    """Begin a module (under the program) or a lesson (under a module) as a draft, at the end."""
    _lock(program)
    parent = program if parent_id == program.pk else _inside(program, parent_id)
    model = Module if parent_id == program.pk else Lesson
    rights = parent.permissions_for_user(user)
    if not rights.can_add_subpage() or not model.can_create_at(parent):
        raise Refused(_("You may not add anything to “%(title)s”.") % {"title": parent.title})
    page = model(title=title.strip(), live=False, owner=user)
    try:
        parent.add_child(instance=page)
    except ValidationError as error:
        raise OutlineError(_("A title has 1 to 255 letters.")) from error
    page.save_revision(user=user, log_action=True)
    return page
