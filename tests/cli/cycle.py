"""What the tests of the cycle share: who acts, and the answers of the program."""

LEAD, OFFICE = ("--actor", "li@jxkj"), ("--actor", "wang@zlb")
ID = "T2.1.1"


def item(qplan, ident=ID, *more):
    return qplan("show", ident, "--format", "json", *more).json["item"]


def ok(answer):
    assert answer.code == 0, answer.err
    return answer
