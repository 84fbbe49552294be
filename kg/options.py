"""What all commands share: their options, their failures, and the documents that they read."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from kg.model import CurationError, Document, KgError, QueryError
from kg.terminal import clean

F = TypeVar("F", bound=Callable[..., Any])

#: What stands for standard input among paths.
STDIN = "-"
#: The folder that a graph lies in where none is named.
GRAPHS = Path("graphs")


class Commands(click.Group):
    """Commands in the order of their work, whose every failure is one line and an exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - as click has it
        """The commands as they are written below."""
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - as click has it
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo("Interrupted", err=True)
            ctx.exit(130)
        except KgError as exc:
            if ctx.meta.get("kg.debug"):
                raise
            if isinstance(exc, CurationError):
                click.echo(clean(str(exc)), err=True)
                raise click.ClickException(
                    f"{counted(len(exc.faults), 'fault')} in rules or lexicon; mend and run again"
                ) from exc
            raise click.ClickException(clean(" ".join(str(exc).split()))) from exc
        except (click.ClickException, click.Abort, click.exceptions.Exit, BrokenPipeError):
            raise
        except OSError as exc:
            if ctx.meta.get("kg.debug"):
                raise
            where = clean(f"{exc.filename}: " if exc.filename else "")
            raise click.ClickException(f"{where}cannot be read or written ({exc.strerror})") from exc
        except MemoryError as exc:
            raise click.ClickException("there is not enough memory; give fewer or shorter texts") from exc
        except Exception as exc:
            if ctx.meta.get("kg.debug"):
                raise
            fault = clean(" ".join(f"{type(exc).__name__}: {exc}".split()))
            raise click.ClickException(
                f"this should not happen ({fault}); run again with --debug and report it"
            ) from exc


def _remember(ctx: click.Context, param: click.Parameter, value: object) -> None:
    if value:
        ctx.meta[f"kg.{param.name}"] = value


def common(command: F) -> F:
    """The flags that every command takes."""
    for option in (
        click.option(
            "--debug", is_flag=True, expose_value=False, callback=_remember, help="Show tracebacks."
        ),
        click.option(
            "-q", "--quiet", is_flag=True, expose_value=False, callback=_remember, help="Print results alone."
        ),
    ):
        command = option(command)
    return command


def quiet() -> bool:
    """Whether results alone are to be printed."""
    return bool(click.get_current_context().meta.get("kg.quiet"))


def notice(text: str) -> None:
    """Tell the person at the terminal what was done otherwise than might have been meant."""
    if not quiet():
        click.echo(f"Notice: {clean(text)}", err=True)


def timeout_option(seconds: float) -> Callable[[F], F]:
    """How long an answer may take."""
    return click.option(
        "--timeout",
        type=click.FloatRange(min=0, min_open=True, max=1_000_000),
        metavar="SECONDS",
        default=seconds,
        show_default=True,
        help="Stop what takes longer than this.",
    )


def rows_option(rows: int) -> Callable[[F], F]:
    """How much an answer may tell."""
    return click.option(
        "--max-rows",
        type=click.IntRange(min=1),
        metavar="N",
        default=rows,
        show_default=True,
        help="Refuse an answer of more rows, or triples, than this.",
    )


memory_option = click.option(
    "--max-memory",
    type=click.IntRange(min=256, max=1_000_000),
    metavar="MB",
    default=2048,
    show_default=True,
    help="Stop what takes more memory than this.",
)

rules_option = click.option(
    "--rules",
    "rule_files",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A TOML file with rules of one's own, beside those of the package; may be given again.",
)
jobs_option = click.option(
    "-j",
    "--jobs",
    type=click.IntRange(1),
    metavar="N",
    help="How many processes read.  [default: as the texts need, up to one a core]",
)
graph_option = click.option(
    "-g",
    "--graph",
    "graphs",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="An RDF file or a folder of them; may be given again.  [default: graphs]",
)


def graphs_of(paths: Sequence[Path]) -> Sequence[Path]:
    """The paths, or the folder graphs where there are none.

    Raises:
        QueryError: where neither is there.
    """
    if paths or GRAPHS.exists():
        return paths or (GRAPHS,)
    raise QueryError(f"{GRAPHS}: there is no such folder here; run kg build, or name a graph")


def documents_of(paths: Sequence[Path]) -> Iterator[Document]:
    """The documents of standard input, where a path says so, and of the files; paths are checked here and now."""
    from kg.read import read_sources

    files = [path for path in paths if str(path) != STDIN]
    if len(files) == len(paths):
        return read_sources(files, notice=notice)
    if sys.stdin.isatty():
        notice("reading from the terminal; end the text with Ctrl-D")
    return read_sources(files, stdin=sys.stdin.buffer, notice=notice)


def number_of(paths: Sequence[Path]) -> int | None:
    """How many documents the paths hold, more or less, or None where nobody can tell beforehand."""
    from kg import read

    return None if any(str(path) == STDIN for path in paths) else read.number_of(paths)


def counted(number: int, thing: str) -> str:
    """A number with its noun: ``1 rule``, ``1,200 rules``."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
