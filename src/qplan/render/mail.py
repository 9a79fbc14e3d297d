"""A letter as a mail that a mail program opens as a draft: text and paper, to nobody where no address is known."""

from __future__ import annotations

import re
from email.message import EmailMessage
from email.policy import SMTP

from qplan.files import file_name
from qplan.render.cells import clean
from qplan.render.package import stamp
from qplan.views.letters import Letter

WORD = ("application", "vnd.openxmlformats-officedocument.wordprocessingml.document")
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)


def write(letter: Letter, paper: bytes) -> bytes:
    """Return the mail as the bytes of an ``.eml`` file, with the paper attached.

    It has no sender and no date, which the program that sends it sets, and the stamp of the view.
    """
    view = letter.view
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = " ".join(clean(letter.subject).split())
    if found := _ADDRESS.search(letter.contact or ""):
        mail["To"] = found[0]
    mail["X-Unsent"] = "1"  # so that Outlook opens it as a draft
    mail.set_content(clean(letter.text) + "\n")
    mail.add_attachment(paper, *WORD, filename=f"{file_name(letter.file_title)}.docx")
    mail.set_boundary(f"=_qplan_{view.head.hash[:32] if view.head else 'draft'}")  # the same bytes each time
    return f"X-Qplan: {stamp(view)}\r\n".encode() + mail.as_bytes()  # in one line, which folding would encode
