"""A chain of relations, and how its tokens are parted."""

from dataclasses import dataclass, field

from grading.steps.emit import Token


@dataclass(slots=True)
class Chain:
    """Members joined by relations: `members[i] relations[i] members[i+1]`."""

    members: list[list[Token]]
    relations: list[str]
    modulus: list[Token] = field(default_factory=list)
    units: list[str] = field(default_factory=list)  # words that were taken for units
    lead: list[str] = field(default_factory=list)  # words just before it
    tail: list[str] = field(default_factory=list)  # words just after it
    dashed: bool = False  # a dash that may be a minus stands before it
    start: int = 0  # where it starts in the respelt line
    end: int = 0
    math: bool = False  # it was written between mathematics delimiters
    listed: bool = False  # its last member is the first item of a list: x = 1, 2
    follows: bool = False  # it starts with a relation and goes on from the chain before


def brackets(tokens: list[Token]) -> dict[int, int]:
    """Positions of matching brackets, both ways."""
    pairs = {"(": ")", "[": "]", "{": "}"}
    stack: list[int] = []
    out: dict[int, int] = {}
    for i, token in enumerate(tokens):
        if token.kind == "open":
            stack.append(i)
        elif token.kind == "close" and stack:
            if pairs[tokens[stack[-1]].text] == token.text:
                j = stack.pop()
                out[j], out[i] = i, j
            else:
                stack.clear()
        elif token.kind in ("row", "stop") and token.text not in (":",):
            stack.clear()
    return out


def split_members(tokens: list[Token]) -> Chain:
    members: list[list[Token]] = [[]]
    relations: list[str] = []
    depth = 0
    bars = 0
    for token in tokens:
        if token.kind == "open":
            depth += 1
        elif token.kind == "close":
            depth -= 1
        if token.text == "|" and token.kind == "op":
            bars += 1
        if token.kind == "rel" and depth == 0:
            relations.append(token.text)
            members.append([])
        else:
            members[-1].append(token)
    chain = Chain(members, relations)
    _cut_modulus(chain)
    return chain


def _cut_modulus(chain: Chain) -> None:
    """Takes “(mod m)” off the members of a congruence."""
    for index, member in enumerate(chain.members):
        at = next((i for i, t in enumerate(member) if t.kind == "op" and t.text == "mod"), -1)
        if at < 0:
            continue
        bracketed = at > 0 and member[at - 1].text == "(" and member[-1].text == ")"
        if bracketed:
            chain.modulus = member[at + 1 : -1]
            chain.members[index] = member[: at - 1]
        elif "≡" in chain.relations:
            chain.modulus = member[at + 1 :]
            chain.members[index] = member[:at]
