"""View -> an iCalendar file (RFC 5545): whole-day events with reminders."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from icalendar import Alarm, Calendar, Event

from qplan.core.calendar import shifted
from qplan.errors import BadInput
from qplan.i18n import _
from qplan.render import Options
from qplan.render.cells import clean
from qplan.render.package import stamp
from qplan.views import View
from qplan.views.agenda import Appointment

#: Reminders ring at nine in the morning.
HOUR = 9


def write(view: View, options: Options) -> Iterator[bytes]:
    """The calendar as the bytes of its file.

    The uid of an event never changes; its sequence is the number of the last entry of the journal
    that touched it, so it grows with every extension and every undone one alike.
    """
    if view.agenda is None:
        raise BadInput(_("There are no days in this list; a calendar is written by: qplan calendar"))
    whole = Calendar()
    whole.add("prodid", "-//qplan//qplan//ZH")
    whole.add("version", "2.0")
    whole.add("method", "PUBLISH")
    # a property of no known type is written as it is: a line end in it would end it
    whole.add("x-wr-calname", " ".join(clean(view.title).split()))
    whole.add("x-qplan-stamp", stamp(view))
    for one in view.agenda():
        whole.add_component(_event(one))
    yield bytes(whole.to_ical())


def _event(one: Appointment) -> Any:
    day = date.fromisoformat(one.day)
    changed = datetime.strptime(one.stamp, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    event = Event()
    event.add("uid", one.uid)
    event.add("sequence", one.sequence)
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("dtstart", day)
    event.add("dtend", shifted(day, 1))
    event.add("summary", clean(one.title))
    event.add("description", clean(one.text))
    event.add("categories", [one.category])
    event.add("status", "CANCELLED" if one.state == "cancelled" else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    for days in one.alarms:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", clean(one.title))
        alarm.add("trigger", timedelta(days=-days, hours=HOUR))
        event.add_component(alarm)
    return event
