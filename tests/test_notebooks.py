"""The notebooks of the project: their form, their stamps, their prose, and that nothing in them belongs to one machine."""

from __future__ import annotations

import ast
import json
import re
from itertools import islice

import pytest
from bs4 import BeautifulSoup

from utils.aid.questions import load_facts
from utils.aid.sources import BY_NAME
from utils.common.paths import NOTEBOOKS
from utils.publishing.sources import generate
from utils.publishing.stamps import check_stamp

SOURCES = sorted((NOTEBOOKS / "source").glob("*.py"))
NAMES = [source.stem for source in SOURCES]


#: What stands in code and never on a page: an identifier (but no file), a mapping, a source in small letters.
NAME_OF_CODE = re.compile(rf"^[a-z]+(_[a-z0-9]+)+$|\{{'|(?<![\w-])({'|'.join(BY_NAME)})(?![\w-])")


@pytest.fixture(scope="module", params=NAMES)
def notebook(request):
    return json.loads((NOTEBOOKS / f"{request.param}.ipynb").read_text(encoding="utf-8"))


def cells(notebook, kind):
    return [cell for cell in notebook["cells"] if cell["cell_type"] == kind]


def text(cell):
    return "".join(cell["source"])


def outputs(notebook, mime):
    for cell in cells(notebook, "code"):
        for output in cell["outputs"]:
            if mime in output.get("data", {}):
                yield "".join(output["data"][mime])


def test_there_are_notebooks_and_no_strays():
    assert {"00", "01", "02", "05", "06"} <= {name[:2] for name in NAMES}
    assert sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_what_a_notebook_shows_is_current(name):
    assert check_stamp(NOTEBOOKS / f"{name}.ipynb") == []


@pytest.mark.parametrize("name", NAMES)
def test_the_notebook_is_what_its_source_gives(name):
    made = generate(NOTEBOOKS / "source" / f"{name}.py")
    kept = json.loads((NOTEBOOKS / f"{name}.ipynb").read_text(encoding="utf-8"))
    assert [(cell.id, cell.source) for cell in made.cells] == [(cell["id"], text(cell)) for cell in kept["cells"]]


def test_every_cell_ran_in_order_without_error_or_warning(notebook):
    code = cells(notebook, "code")
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    kinds = [(output["output_type"], output.get("name")) for cell in code for output in cell["outputs"]]
    assert not [kind for kind in kinds if kind[0] == "error" or kind[1] == "stderr"]


def test_form(notebook):
    prose = "\n".join(text(cell) for cell in cells(notebook, "markdown"))
    assert len(re.findall(r"^# ", prose, re.M)) == 1 and notebook["cells"][0]["source"][0].startswith("# ")
    for part in ("**You will**", "**You will learn**", "**You need**", "minutes", "## Limits", "## What this page was made with"):
        assert part in prose, part
    assert sum("parameters" in cell["metadata"].get("tags", []) for cell in notebook["cells"]) == 1
    shown = [BeautifulSoup(page, "html5lib").section for page in islice(outputs(notebook, "text/html"), 2)]
    box = next(one for one in shown if one["class"] != ["guess"])
    assert box["class"] == ["answer-box"] and len(box.find_all("p")) >= 2, "the first thing shown, but for what asks for a guess"


def test_cells_are_small_and_define_little(notebook):
    for cell in cells(notebook, "code"):
        kinds = {type(statement) for statement in ast.parse(text(cell)).body}
        if kinds <= {ast.Import, ast.ImportFrom}:
            continue  # a list of imports is not read as an idea
        lines = [line for line in text(cell).splitlines() if line.strip()]
        assert len(lines) <= 15, text(cell)
        assert ast.FunctionDef not in kinds, text(cell)


def test_links_lead_to_notebooks_that_exist(notebook):
    prose = "\n".join(text(cell) for cell in cells(notebook, "markdown"))
    targets = re.findall(r"\]\(([^)]+)\)", prose)
    assert targets
    assert not [target for target in targets if not (NOTEBOOKS / target.partition("#")[0]).exists()]


def test_numbers_in_prose_come_from_code(notebook):
    """Markdown cells hold no figure; links and code words aside. Numbers reach the reader through `say` and the tables."""
    for cell in cells(notebook, "markdown"):
        bare = re.sub(r"\]\([^)]*\)|`[^`]*`", "", text(cell))
        assert not re.findall(r"\d+", bare), text(cell)


def test_target_and_dates_stand_in_the_seeds_alone():
    facts = load_facts()
    forbidden = [rf"\b{facts['target']['value']}\b", f"{facts['deadline']['value']}", f"{facts['transition']['value']}"]
    for source in SOURCES:
        code = re.sub(r"\]\([^)]*\)", "", source.read_text(encoding="utf-8"))
        assert not [word for word in forbidden if re.search(word, code)], source.name


@pytest.mark.parametrize("source", [one for one in SOURCES if "01" <= one.stem[:2] <= "08"], ids=lambda one: one.stem[:2])
def test_a_page_ends_with_three_questions_and_leads_on(source):
    """It asks three questions, says what would change one's mind, and names another page to read, in this order, at its end."""
    code = source.read_text(encoding="utf-8")
    asked = [
        node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call) and ast.unparse(node.func) == "show_questions"
    ]
    assert [len(node.args[0].keys) for node in asked] == [3]
    heads = re.findall(r"^# (#{2,3} .+)$", code, re.M)
    own = ["## Test yourself", "### What would change your mind", "### What to read next"]
    own += ["## A card to fill"] if source.stem.startswith("08") else []
    assert heads[heads.index("## Limits") + 1 :] == [*own, "## What this page was made with"]
    onward = code[code.index(f"# {own[2]}") : code.index("# ## What this page was made with")]
    linked = set(re.findall(r"\]\((\d\d_[^)]+)\.ipynb\)", onward))
    assert linked and linked <= set(NAMES) - {source.stem}


def test_every_figure_has_alt_text_and_a_caption(notebook):
    figures = [page for page in outputs(notebook, "text/html") if "<img" in page]
    for page in figures:
        figure = BeautifulSoup(page, "html5lib").find("figure")
        assert len(figure.find("img")["alt"]) > 40 and len(figure.find("figcaption").get_text()) > 20


def test_tables_write_words_and_names_as_their_readers_do(notebook):
    """No name of code in a header or a cell, and each source in its publisher's own letters."""
    for page in outputs(notebook, "text/html"):
        for table in BeautifulSoup(page, "html5lib").find_all("table"):
            for cell in table.find_all(["th", "td", "caption"]):
                assert not NAME_OF_CODE.search(cell.get_text()), cell.get_text()


def test_nothing_in_a_notebook_belongs_to_one_machine(notebook):
    whole = json.dumps(notebook)
    whole = re.sub(r"data:image/png;base64,[A-Za-z0-9+/=]+", "", whole)
    assert not re.search(r"/home/|/root/|/work/|/tmp/|/Users/|[A-Z]:\\\\", whole)


def test_no_placeholder_reached_the_reader(notebook):
    """A sentence that lost its f shows its code instead of its number."""
    for mime in ("text/markdown", "text/html"):
        for shown in outputs(notebook, mime):
            text = re.sub(r"data:image/png;base64,[A-Za-z0-9+/=]+", "", shown)
            assert not re.search(r"\{[a-z_]+[\[(.:}]", text), text[:300]
