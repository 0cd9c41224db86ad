"""What a diagnosis tells, by symptom; shared by the tests of stories."""

from __future__ import annotations

from doctor import Diagnosis, Finding


def told(diagnosis: Diagnosis, symptom: str) -> Finding:
    """Return the finding of `symptom`; fail where there is none or several."""
    (finding,) = [finding for finding in diagnosis if finding.symptom == symptom]
    return finding


def symptoms(diagnosis: Diagnosis) -> set[str]:
    """Return the symptoms that are told."""
    return {finding.symptom for finding in diagnosis}
