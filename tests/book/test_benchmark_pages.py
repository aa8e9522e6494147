"""Claims about benchmarks/pages.py: it measures a figure that draws, and calls a slow one slow."""

from benchmarks import pages


def test_a_missed_bar_is_called_missed(capsys):
    bars = {name: bar for name, (_, _, bar) in pages.FIGURES.items()}
    work = {name: (2.0 * bar, 2.0) for name, bar in bars.items()}
    assert pages.judge(work)
    work["shapes"] = (2.1 * bars["shapes"], 2.0)
    assert not pages.judge(work)
    report = capsys.readouterr().out
    assert report.count("MISSED") == 1
    assert f"at most {bars['shapes']}: MISSED" in report


def test_an_event_and_the_fixed_work_are_measured_in_one_page(open_page, tmp_path):
    (tmp_path / "empty.html").write_text("<!doctype html><title>Empty</title>")
    page, log = open_page((tmp_path / "empty.html").as_uri(), width=752)
    event, fixed = pages.work_of(page, "network, nudge")
    assert event > 0 < fixed
    assert log.trouble == []
