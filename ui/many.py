"""Many images: a table of answers, which keeps those that it has if the service stops."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pandas as pd
import streamlit as st

from signs.catalog.language import Language
from ui.client import NOT_SHOWN, Answer, Service, ServiceError, in_a_sentence
from ui.columns import percent_column
from ui.images import Picture, PictureError, cut_all, data_url, small_url
from ui.kinds import glance, is_crop, is_found, shares
from ui.language import name_of, say
from ui.served import finds_signs, show_trust, versions

BATCH = 16  # images per request
BATCH_BYTES = 12_000_000  # per request: the service takes 32 MB
THUMBNAIL = 48  # pixels
# On a narrow screen the last columns are out of sight.
ORDER = ("picture", "file", "sign", "state", "confidence", "problem", "known", "stvo")
KEPT = "answers"  # in the session, by address, model and image
# As the table to download has them; the page shows them in its language.
ALL, RECOGNIZED, NOT_RECOGNIZED = "All", "Recognized", "Not recognized"
NO_SIGN, UNREADABLE = "No sign", "Unreadable"
STATES = {
    ALL: "many.all",
    RECOGNIZED: "many.recognized",
    NOT_RECOGNIZED: "many.not_recognized",
    NO_SIGN: "many.no_sign",
    UNREADABLE: "many.unreadable",
}


def show_many(service: Service, served: Answer, pictures: Sequence[Picture]) -> None:
    """Ask about the images that have no answer yet, and show all answers.

    Args:
        served: the description of what the service runs.
    """
    version = versions(served)
    answers: dict[str, Answer] = st.session_state.setdefault(KEPT, {})
    pictures = [replace(p, key=f"{service.url} {version} {p.key}") for p in pictures]
    wanted = {picture.key for picture in pictures}
    for key in [key for key in answers if key not in wanted]:
        del answers[key]
    _ask(service, pictures, answers, finds_signs(served))
    if answers:
        show_trust(served, scene=finds_signs(served))
        _show_table([p for p in pictures if p.key in answers], answers)


def batches(pictures: Sequence[Picture]) -> list[list[Picture]]:
    """Split images into requests that the service accepts: not too many, not too large."""
    groups: list[list[Picture]] = []
    size = 0
    for picture in pictures:
        if not groups or len(groups[-1]) == BATCH or size + len(picture.data) > BATCH_BYTES:
            groups.append([])
            size = 0
        groups[-1].append(picture)
        size += len(picture.data)
    return groups


def _ask(
    service: Service, pictures: Sequence[Picture], answers: dict[str, Answer], scenes: bool
) -> None:
    missing = [picture for picture in pictures if picture.key not in answers]
    if not missing:
        return
    bar = st.progress(0.0)
    try:
        waiting = batches(missing)
        while waiting:
            batch = [picture for picture in waiting.pop(0) if picture.key not in answers]
            try:
                for picture, answer in _answers(service, batch, scenes):
                    answers[picture.key] = answer
                    done = len(answers)
                    bar.progress(
                        done / len(pictures), say("many.done", done=done, count=len(pictures))
                    )
            except ServiceError as error:
                if not error.too_much:
                    raise
                if len(batch) > 1:
                    waiting[:0] = [batch[: len(batch) // 2], batch[len(batch) // 2 :]]
                else:
                    answers[batch[0].key] = error.refusal
    except ServiceError as error:
        count = len(answers)
        st.error(say("many.kept", error=error, count=count) if count else str(error))
        st.button(say("many.continue"), icon=":material/play_arrow:")
    bar.empty()


def _answers(
    service: Service, batch: Sequence[Picture], scenes: bool
) -> Iterator[tuple[Picture, Answer]]:
    """Ask about crops together, and about scenes one by one."""
    small = {p.key: copy for p in batch if scenes and (copy := glance(p.data)) is not None}
    seen = (
        dict(zip(small, service.detect_batch(list(small.values())), strict=True)) if small else {}
    )
    whole = {key for key, answer in seen.items() if "signs" in answer and not is_crop(answer)}
    crops = [picture for picture in batch if picture.key not in whole]
    results = service.predict_batch([picture.data for picture in crops]) if crops else []
    for picture, result in zip(crops, results, strict=True):
        if "error" not in result:
            result["thumbnail"] = data_url(picture.data, THUMBNAIL)
        yield picture, result
    for picture in batch:
        if picture.key in whole:
            yield picture, _scene(service, picture)


def _scene(service: Service, picture: Picture) -> Answer:
    """The signs of a scene, each with a thumbnail."""
    try:
        answer = service.detect(picture.data)
        signs = [sign for sign in answer["signs"] if is_found(sign)]
        parts = cut_all(picture.data, [shares(sign, answer) for sign in signs])
        return answer | {
            "thumbnail": data_url(picture.data, THUMBNAIL),
            "signs": [
                sign | {"thumbnail": small_url(part, THUMBNAIL)}
                for sign, part in zip(signs, parts, strict=True)
            ],
        }
    except PictureError as error:
        return {"error": {"code": NOT_SHOWN, "message": error.reason}}
    except ServiceError as error:
        if not error.of_the_image:
            raise
        return error.refusal


def _show_table(pictures: Sequence[Picture], answers: dict[str, Answer]) -> None:
    table = pd.DataFrame([row for p in pictures for row in _rows(p.name, answers[p.key])])
    table = table.sort_values("confidence", ascending=False, na_position="last", kind="stable")
    counts = table["state"].value_counts()
    options = [ALL] + [s for s in (RECOGNIZED, NOT_RECOGNIZED, NO_SIGN, UNREADABLE) if s in counts]
    numbers = {ALL: len(table)} | counts.to_dict()
    chosen = st.segmented_control(
        say("many.show"),
        options,
        default=ALL,
        required=True,
        format_func=lambda option: say(
            "many.option", state=say(STATES[option]), count=numbers[option]
        ),
        key="shown",
    )
    shown = table if chosen in (ALL, None) else table[table["state"] == chosen]
    st.dataframe(
        shown.assign(
            confidence=shown["confidence"] * 100,
            known=shown["known"] * 100,
            sign=shown["called"],
            problem=shown["told"],
            state=[say(STATES[state]) for state in shown["state"]],
        ),
        hide_index=True,
        row_height=THUMBNAIL + 4,
        column_order=("file", "problem") if chosen == UNREADABLE else ORDER,
        alt=say("many.table", count=len(shown)),
        column_config={
            "picture": st.column_config.ImageColumn(say("sign.image"), width="small"),
            "sign": say("sign.name"),
            "confidence": percent_column(say("sign.confidence"), say("many.confidence_help")),
            "state": say("many.result"),
            "known": percent_column(say("sign.known"), say("sign.known_help")),
            "file": say("many.file"),
            "stvo": say("sign.stvo"),
            "problem": st.column_config.TextColumn(say("many.problem"), width="large")
            if shown["problem"].any()
            else None,
        },
    )
    st.download_button(
        say("many.download"),
        shown.drop(columns=["picture", "called", "told"]).to_csv(index=False),
        "signs.csv",
        "text/csv",
        icon=":material/download:",
        on_click="ignore",
    )


def _rows(name: str, answer: Answer) -> list[dict[str, object]]:
    """One row for a crop; for a scene one for each sign, or one that says that there is none."""
    if "error" in answer:
        return [_row(name, "", UNREADABLE, None, answer=answer)]
    if "signs" not in answer:
        state = RECOGNIZED if answer["recognized"] else NOT_RECOGNIZED
        return [_row(name, answer["thumbnail"], state, answer["classes"][0], answer["known"])]
    return [
        _row(
            name,
            sign["thumbnail"],
            RECOGNIZED if sign["recognized"] else NOT_RECOGNIZED,
            sign,
            sign["known"],
        )
        for sign in answer["signs"]
    ] or [_row(name, answer["thumbnail"], NO_SIGN, None)]


def _row(
    name: str,
    thumbnail: str,
    state: str,
    guess: Answer | None,
    known: float = float("nan"),
    answer: Answer | None = None,
) -> dict[str, object]:
    return {
        "picture": thumbnail,
        "sign": guess["name"] if guess else "",
        "called": name_of(guess) if guess else "",
        "confidence": guess["probability"] if guess else float("nan"),
        "state": state,
        "known": known,
        "file": name,
        "stvo": guess["stvo"] if guess else "",
        "problem": in_a_sentence(answer, Language.ENGLISH) if answer else "",
        "told": in_a_sentence(answer) if answer else "",
    }
