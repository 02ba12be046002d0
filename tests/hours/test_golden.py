"""Known people, computed by hand from the regulations (register of facts: LF-611, LF-612, LF-602; docs/hours.md explains each)."""

from datetime import date

from lms.hours.enums import CountsAs, Kind, Outcome, State
from lms.hours.ledger import Credit, Person, hours_text
from lms.hours.package import QUARTERS
from tests.hours.support import WORDS, course, local, national, training, year_of

CLERK = Person("P01", "一级科员", date(2012, 9, 1))
TODAY = date(2026, 11, 23)


def hours(quarters: int) -> str:
    return hours_text(quarters)


def test_case_1_ninety_hours_of_organised_training_fulfil_the_year():
    """乡科级及以下每年集中培训不少于90学时: 40 + 30 + 24 = 94, four more than asked."""
    year = year_of(CLERK, [training(40, "2026-03-20"), training(30, "2026-06-11"), training(24, "2026-09-18")], 2026)
    (asked,) = year.asked
    assert (year.group, hours(asked.required), hours(asked.counted), asked.deadline) == ("section", "90", "94", date(2026, 12, 31))
    assert (asked.met, asked.missing, hours(asked.surplus), year.state(TODAY)) == (True, 0, "4", State.FULFILLED)
    assert asked.need.provision.name == "CN-TRAINING@1"


def test_case_2_twelve_days_fulfil_it_as_well():
    """12天或90学时: 5 + 4 + 3 days with only 72 class hours."""
    year = year_of(CLERK, [training(30, "2026-03-20", days=5), training(24, "2026-06-11", days=4), training(18, "2026-09-18", days=3)], 2026)
    (asked,) = year.asked
    assert (hours(asked.counted), asked.half_days, asked.required_half_days) == ("72", 24, 24)
    assert (asked.met, asked.missing, asked.missing_half_days) == (True, 0, 0)


def test_case_3_online_self_study_is_counted_apart():
    """80 hours (10 days) organised and 20 online: 10 hours or 2 days are missing, whatever was studied online."""
    year = year_of(CLERK, [training(40, "2026-03-20", days=5), training(40, "2026-06-11", days=5), course(12, "2026-04-01"), course(8, "2026-05-01")], 2026)
    (asked,) = year.asked
    assert (hours(asked.counted), hours(asked.missing), asked.missing_half_days) == ("80", "10", 4)
    assert hours(year.count.of(CountsAs.SELF_STUDY)) == "20"
    # 888 of 1000 are more than three finished quarters of four
    assert (asked.progress, year.state(TODAY), year.state(date(2027, 1, 1))) == (888, State.ON_WAY, State.BEHIND)


def test_case_4_the_same_course_counts_once_a_year_and_again_in_the_next():
    twice = [course(2, "2025-10-01", "names"), course(2, "2026-02-01", "names"), course(2, "2026-08-01", "names")]
    assert [line.outcome for line in year_of(CLERK, twice, 2026).count.lines] == [Outcome.COUNTED, Outcome.REPEATED]
    assert hours(year_of(CLERK, twice, 2026).count.of(CountsAs.SELF_STUDY)) == "2"
    assert hours(year_of(CLERK, twice, 2025).count.of(CountsAs.SELF_STUDY)) == "2"


def test_case_5_county_division_level_has_five_years():
    """县处级及以上每5年550学时: 120 + 110 + 100 in the first three years of 2024–2028; 220 are missing until the end of 2028."""
    leader = Person("P03", "四级调研员", date(1998, 7, 1))
    credits = [training(120, "2024-05-10"), training(110, "2025-05-10"), training(100, "2026-05-10")]
    year = year_of(leader, credits, 2026)
    (asked,) = year.asked
    assert (year.group, asked.first_year, asked.last_year, hours(asked.counted), hours(asked.missing)) == ("division", 2024, 2028, "330", "220")
    # 600 of 1000 are 12 of 20 quarters: behind only when 13 are over, on 1 April 2027
    assert (asked.progress, asked.behind_on, asked.deadline) == (600, date(2027, 4, 1), date(2028, 12, 31))
    assert year.state(TODAY) is State.ON_WAY
    assert year_of(leader, credits, 2024).asked[0].counted == 120 * QUARTERS


def test_case_6_a_newcomer_is_asked_for_the_whole_year_unless_a_rule_says_otherwise():
    """No registered fact gives a part-year rule. Under a provincial rule by months, September to December are 4 of 12: 30 hours or 4 days."""
    newcomer = Person("P02", "二级科员", date(2026, 9, 1))
    attended = [training(30, "2026-10-16", days=4)]
    (asked,) = year_of(newcomer, attended, 2026).asked
    assert (hours(asked.required), hours(asked.missing), asked.cut) == ("90", "60", None)
    province = local("PROVINCE", level="provincial", unit=None, newcomers={"asks": "by_month", "text": WORDS})
    (asked,) = year_of(newcomer, attended, 2026, province).asked
    assert (hours(asked.required), asked.required_half_days, asked.met) == ("30", 8, True)
    assert asked.cut is not None and asked.cut.name == "PROVINCE@1"


def test_case_7_self_study_counts_as_organised_only_where_the_local_authority_says_so():
    """84 organised and 18 online. The unit asks for 4 online and moves up to 10 of the rest: 84 + 10 = 94."""
    evidence = [training(84, "2026-05-10"), course(18, "2026-06-01")]
    assert hours(year_of(CLERK, evidence, 2026).asked[0].missing) == "6"
    rule = local(require=[{"account": "self_study", "hours": 4, "text": WORDS}], transfer={"hours": 10, "text": WORDS})
    organised, online = year_of(CLERK, evidence, 2026, rule).asked
    assert (hours(organised.counted), organised.met, hours(online.counted), online.met) == ("94", True, "18", True)
    assert year_of(CLERK, evidence, 2026, rule).count.moved_by.name == "U-513399@1"


def test_case_8_work_samples_and_certificates_count_only_by_a_rule_that_names_them():
    """The regulations name none. A unit's rule may give a work sample 2 hours and cap certificates at 12 a year."""

    def paper(on: str, kind: Kind = Kind.CERTIFICATE, *, taken_back: bool = False) -> Credit:
        return Credit(kind, on, on, course(1, on).title, date.fromisoformat(on), None, 0, taken_back)

    evidence = [paper("2026-02-01"), paper("2026-03-01"), paper("2026-04-01", taken_back=True), paper("2026-05-01", Kind.WORK_SAMPLE)]
    plain = year_of(CLERK, evidence, 2026)
    assert [line.outcome for line in plain.count.lines] == [Outcome.NOT_NAMED, Outcome.NOT_NAMED, Outcome.TAKEN_BACK, Outcome.NOT_NAMED]
    worth = [{"kind": "certificate", "account": "self_study", "hours": 8, "at_most": 12, "text": WORDS}]
    rule = local(credit=[*worth, {"kind": "work_sample", "account": "self_study", "hours": 2, "text": WORDS}])
    lines = year_of(CLERK, evidence, 2026, rule).count.lines
    assert [(line.outcome, hours(line.quarters)) for line in lines] == [
        (Outcome.COUNTED, "8"),
        (Outcome.OVER_CAP, "4"),
        (Outcome.TAKEN_BACK, "0"),
        (Outcome.COUNTED, "2"),
    ]


def test_an_old_year_does_not_change_when_a_rule_does():
    old = [training(90, "2025-05-10"), training(95, "2026-05-10"), training(95, "2027-05-10")]
    stricter = national()[0].model_copy(update={"version": 2, "effective_from": date(2026, 7, 1), "require": _asking(100)})
    for year, met in ((2025, True), (2026, True), (2027, False)):  # in force from the middle of 2026: the first whole year is 2027
        assert year_of(CLERK, old, year, stricter).asked[0].met is met
    assert year_of(CLERK, old, 2026, stricter) == year_of(CLERK, old, 2026)


def _asking(hours: int):
    return tuple(one.model_copy(update={"hours": hours, "or_days": None}) if one.group == "section" else one for one in national()[0].require)


def test_a_year_without_a_rule_says_so_and_asks_nothing():
    year = year_of(CLERK, [training(90, "2023-05-10")], 2023)
    assert (year.group, list(year.asked), [line.outcome for line in year.count.lines]) == (None, [], [Outcome.NO_RULE])
