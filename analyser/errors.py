"""Every error a user can meet: a code, one sentence that says what to do, and an exit code.

Messages name files, columns and rule ids. They never hold note text.

    AnalyserError
    ├── InputError      CRA-1xxx  the export or a profile                  exit 2
    ├── PrivacyStop     CRA-2xxx  identifiers found                        exit 3
    ├── RuleError       CRA-3xxx  a rule file                              exit 2
    ├── ModelError      CRA-4xxx  a model or labelled cases                exit 2
    ├── SamplingError   CRA-7xxx  a plan, a frame, a sample or verdicts    exit 2
    ├── CheckFailed     CRA-3900  a check ran and found faults             exit 1
    ├── OutputError     CRA-5xxx  nowhere to write, or not our folder      exit 2
    ├── ProgramFault    CRA-5999  a fault of the program itself            exit 70
    ├── VerdictError    CRA-75xx  a file or the store of verdicts          exit 2
    ├── ServiceError    CRA-80xx  a request to the service                 exit 2
    └── StoreError      CRA-81xx  the service's database                   exit 2
"""

from __future__ import annotations

from typing import Final

CATALOGUE: Final[dict[str, str]] = {
    "CRA-1001": "There is no file {path}; check the path.",
    "CRA-1002": "{path} is empty; export the notes again.",
    "CRA-1003": "{path} is not a kind of file that can be read; give CSV, XLSX, Parquet or JSON Lines.",
    "CRA-1004": "{path} cannot be read as {kind}: {why}.",
    "CRA-1005": "{path} has no column {column}, which profile {profile} reads as {field}; it has: {columns}. "
    "Choose another profile with --profile, or copy {profile}.yaml and change its columns.",
    "CRA-1006": "There is no profile {name}; there are: {names}. A file of your own is given as --profile FILE.yaml.",
    "CRA-1007": "Profile {path} is not usable: {why}.",
    "CRA-1008": "No row of {path} could be used ({reason}); check that the profile fits the export.",
    "CRA-1009": "{path} has more than one table of notes ({sheets}); keep one, or save it as CSV.",
    "CRA-1010": "{path} is not the file that was scanned (its hash differs); give that file with --export.",
    "CRA-1011": "{path} has {times} columns that are called {column}, which is read as {field}; "
    "rename or remove all but one.",
    "CRA-2001": "Stopped: {affected} of {notes} notes ({rate}) hold what looks like {types}; the limit is {limit}. "
    "Anonymise the export again, or use --on-identifiers redact (or warn, if your council has approved that).",
    "CRA-3001": "Rule file {path} is not usable: {why}.",
    "CRA-3002": "There is no rule {rule}; the nearest is {near}.",
    "CRA-3003": "There are no rules in {path}; give a folder that holds <dimension>/<name>.yaml.",
    "CRA-3900": "{faults} of {checks} checks failed.",
    "CRA-4001": "Tier {name} is not installed; there are: {names}.",
    "CRA-4002": "The model file {path} is not used: {why}. Install the package again, or train it again.",
    "CRA-4003": "Training needs {name}, which is not installed; run `pip install 'case-record-analyser[training]'`.",
    "CRA-4004": "Give labelled cases to train from, or --with-verdicts STORE together with --scan DIR, and not both.",
    "CRA-4005": "{path} learned from {cases} cases of this blind set, so they cannot judge it; give another folder "
    "with --out.",
    "CRA-4100": "There are no labelled cases{which} in {path}; give a folder with one JSON file a case.",
    "CRA-4101": "{path} is not a labelled case: {why}.",
    "CRA-5001": "{path} cannot be written: {why}.",
    "CRA-5002": "{path} is not the output of a scan: {missing} is missing. Run `analyser scan` first.",
    "CRA-5003": "{path} was made by a newer version ({version}); use that version to read it.",
    "CRA-5004": "{path} holds other files; give an empty folder, or one that an earlier scan made.",
    "CRA-5005": "The system stopped a process that read notes, probably for want of memory; nothing was written. "
    "Try again with --workers 1.",
    "CRA-5999": "The program has a fault: {kind} at {place}; nothing half-written was left behind. Report that "
    "line to its makers; it holds no note text.",
    "CRA-6001": "Setting {name} is not known; there are: {names}.",
    "CRA-6002": "Setting {name} is not usable: {why}.",
    "CRA-7000": "{name} must lie above 0 and below 1 (5 % is written 0.05); {value} does not.",
    "CRA-7001": "Say what the sample is for: --tolerable or --min-precision (assurance), or --margin (an interval).",
    "CRA-7002": "A design effect lies above 0, a response above 0 and at most 1; not {design_effect} and {response}.",
    "CRA-7003": "The method hypergeometric needs the size of the frame; give --population.",
    "CRA-7004": "A population of {population} cases cannot be sampled; give a whole number of 1 or more.",
    "CRA-7005": "No sample of up to {most} cases gives that assurance; expect fewer errors, or tolerate a higher rate.",
    "CRA-7006": "The expected rate ({expected}) must be nought or more and below the tolerable one ({tolerable}).",
    "CRA-7007": "The prior {prior} is not usable: {why}.",
    "CRA-7008": "A sample of {n} cases cannot hold {errors} errors; check --n and --errors.",
    "CRA-7009": "A population of {population} cases is smaller than the sample of {n}; check --population and --n.",
    "CRA-7010": "There is no design {name}; there are: {names}.",
    "CRA-7011": "No case is left to draw from: the rules of the frame leave out all {listed} cases of {path}.",
    "CRA-7012": "A sample of {size} is too small for {strata} strata with two cases each; give --size {least} or more, "
    "or make fewer strata (--bands, --by).",
    "CRA-7013": "Case {case_id} cannot be replaced: {why}.",
    "CRA-7014": "The design {name} needs {what}.",
    "CRA-7015": "{value} is no day; write it as 2026-03-31.",
    "CRA-7016": "Two stages need --tolerable and --expected with a whole number of 1 or more, and go with neither "
    "--prior nor --min-precision.",
    "CRA-7020": "{path} cannot be used: {why}.",
    "CRA-7021": "Two verdicts on {dimension} of case {case_id} differ; settle them first and keep one, "
    "or give what was agreed with --settled.",
    "CRA-7022": "No rate can be told from the must-read list: its cases were picked because little was found in "
    "their notes; record verdicts on cases of list B.",
    "CRA-7023": "No verdict is on a case of the sample; check that the two files belong together.",
    "CRA-7024": "{path} does not belong to this sample: {why}. Give the verdicts that a report of this sample saved.",
    "CRA-7025": "{path} holds no verdict on this sample: what is in it was saved from reports of other samples or of a "
    "scan, or by an earlier version; import the files that reports of this sample saved.",
    "CRA-7026": "{path} holds another sample already, and a drawn sample is a record: {why}. Give another name with "
    "--out, or the seed, frame and design that it was drawn with.",
    "CRA-7027": "A seed is a text of 1 to {most} characters; agree on one and give it with --seed.",
    "CRA-7028": "A must-read list of {must_read} takes the whole frame ({cases}), so no case is left to draw; give a "
    "smaller --must-read.",
    "CRA-7029": "A margin of {margin} takes {n} cases, more than anybody reads; give a wider --margin, or the size of "
    "the frame with --population.",
    "CRA-7030": "{name} is a share from 0 to 1 (a tenth is written 0.1); {value} is none.",
    "CRA-7031": "{auditors} auditors cannot share the sample with an overlap of {overlap}: reading twice takes two "
    "auditors or more, and each needs a case.",
    "CRA-7032": "The sample {sample} was not drawn from {scan}: {why}. Draw it again, or give the scan that it is of.",
    "CRA-7033": "{sample} has no record beside it that names its seed; keep {record} with the sample.",
    "CRA-7034": "--uncertain is a share from 0 to 0.5, for at least half stays random, and goes with the design "
    "simple; not {value} with {name}.",
    "CRA-7501": "There is no file {path}; give the JSON that the report saved.",
    "CRA-7502": "{path} is not a file of verdicts: {why}. Nothing was imported.",
    "CRA-7503": "{path} holds no verdict; judge something in the report and save again.",
    "CRA-7504": "{path} does not say who judged; say so with --auditor, or in the report before saving.",
    "CRA-7505": "There are no verdicts in {path}; run `analyser verdicts import FILE --store {path}` first.",
    "CRA-7506": "The store {path} is damaged: {why}. Take that file from a backup.",
    "CRA-7507": "The store {path} cannot be used: {why}.",
    "CRA-7508": "{path} is not a drawn sample: {why}.",
    "CRA-7509": "Only {cases} cases with evidence are there to judge models by, and {least} are needed; read more "
    "cases of list B with their notes without marks, or give labelled cases with --blind-set.",
    "CRA-7510": "No verdict says anything to learn from: verdicts must be on this scan, and on passages, in cases that "
    "are not set aside to judge models by.",
    "CRA-8001": "The request cannot be used; see places.",
    "CRA-8002": "Say who you are: give a key or token as `Authorization: Bearer …`.",
    "CRA-8003": "This needs the scope {scope}; ask the operator for a key that has it.",
    "CRA-8004": "There is nothing here, or nothing that you may see; check the address.",
    "CRA-8005": "This address does not take that method.",
    "CRA-8006": "The request cannot be read.",
    "CRA-8007": "The request is too long; send fewer notes at a time.",
    "CRA-8008": "The database does not answer; try again in a few seconds.",
    "CRA-8009": "The service has a fault; report the time and the request's id to its operator.",
    "CRA-8010": "CRA_SECRET_KEY {why}; set it to 32 or more random characters.",
    "CRA-8011": "{path} cannot be used: {why}.",
    "CRA-8012": "A note is of a team, or of a case of a team, that this key does not cover; nothing was kept.",
    "CRA-8101": "The database cannot be used: {why}.",
    "CRA-8102": "The database was made by a newer version of this program; start that version.",
}


class AnalyserError(Exception):
    """Base of every error that is meant for a user.

    Args:
        code: A key of :data:`CATALOGUE`.
        fields: Safe values for its sentence (paths, column names, counts); never note text.
    """

    exit_code = 2

    def __init__(self, code: str, **fields: object) -> None:
        self.code = code
        self.fields = fields
        super().__init__(f"[{code}] {CATALOGUE[code].format(**fields)}")

    def __reduce__(self) -> tuple[object, ...]:
        """Errors go from one process to another whole."""
        return _again, (type(self), self.code, self.fields)


def _again(kind: type[AnalyserError], code: str, fields: dict[str, object]) -> AnalyserError:
    return kind(code, **fields)


class InputError(AnalyserError):
    """The export or its profile cannot be used."""


class PrivacyStop(AnalyserError):  # noqa: N818 - it is a decision, not a fault
    """The privacy gate stopped the scan."""

    exit_code = 3


class RuleError(AnalyserError):
    """A rule, cue or word-list file cannot be used."""


class ModelError(AnalyserError):
    """A model cannot be used."""


class CheckFailed(AnalyserError):  # noqa: N818 - named for what the user is told
    """A check ran to its end and found faults."""

    exit_code = 1


class OutputError(AnalyserError):
    """Results cannot be written or read."""


class ProgramFault(AnalyserError):  # noqa: N818 - it is ours, not the user's
    """Something went wrong that nobody foresaw."""

    exit_code = 70  # EX_SOFTWARE of sysexits.h


class SamplingError(AnalyserError):
    """A plan, a frame, a sample or its verdicts cannot be used."""


class VerdictError(AnalyserError):
    """A file of verdicts, their store or the sample they belong to cannot be used."""


class ServiceError(AnalyserError):
    """The service cannot start, or a request cannot be answered."""


class StoreError(AnalyserError):
    """The service's database cannot be used."""


class SettingsError(AnalyserError):
    """An environment setting is unknown or unusable."""
