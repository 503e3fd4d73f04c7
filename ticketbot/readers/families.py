"""Which family a tool belongs to, and what kind of finding a family makes: two closed tables.

A family is an ingredient of identity: "Semgrep OSS" today and "semgrep" tomorrow must be one. Names
that are in no table become a slug of themselves; nothing here guesses from the content of a report.
"""

from __future__ import annotations

import re

from ticketbot.model.finding import Kind

FAMILY_VERSION = 1

_FAMILIES = {
    "semgrep": "semgrep oss|semgrep pro|semgrep community edition|semgrep ce|opengrep",
    "codeql": "codeql command-line toolchain|codeql cli|lgtm.com|lgtm|github codeql",
    "trivy": "aqua trivy|trivy operator|trivy-operator",
    "grype": "anchore grype",
    "snyk": "snyk open source|snyk oss|snyk cli|snyk test",
    "snyk-code": "snykcode|snyk code",
    "snyk-container": "snyk container",
    "snyk-iac": "snyk iac|snyk infrastructure as code",
    "zap": "owasp zap|zaproxy|zed attack proxy|zap by checkmarx|checkmarx zap",
    "burp": "burp suite|burp suite professional|burp suite enterprise edition|burp scanner"
    "|burp dast",
    "sonarqube": "sonarcloud|sonarqube cloud|sonarqube server|sonar|sonarlint",
    "nodejsscan": "njsscan",
    "checkmarx": "checkmarx one|checkmarx sast|checkmarx cxsast|cx",
    "kics": "checkmarx kics|keeping infrastructure as code secure",
    "gitleaks": "gitleaks pro|gitleaks-action",
    "trufflehog": "trufflehog3|trufflehog oss",
    "ggshield": "gitguardian|gitguardian ggshield",
    "detect-secrets": "detect_secrets|yelp detect-secrets",
    "github-secret-scanning": "secret scanning|github secret scanning",
    "npm-audit": "npm|npm audit",
    "pip-audit": "pip_audit|pypa pip-audit",
    "osv-scanner": "osv|osv-scanner scan|google osv-scanner",
    "dependency-check": "owasp dependency-check|dependency-check-core|dependencycheck",
    "dependency-track": "owasp dependency-track",
    "dependabot": "github dependabot",
    "42crunch": "crunch42|42crunch api security audit|42crunch rest api static security testing",
    "mapi": "mayhem for api|mayhem api",
    "scorecard": "ossf scorecard|openssf scorecard",
    "scoutsuite": "scout suite",
    "devskim": "microsoft devskim|devskim-cli",
    "clang-tidy": "clang tidy",
    "gosec": "golang security checker",
    "security-code-scan": "security code scan|securitycodescan",
    "psscriptanalyzer": "ps script analyzer",
    "ruff": "astral ruff",
    "secretlint": "@secretlint/secretlint",
    "spectral": "stoplight spectral|@stoplight/spectral-cli",
    "zizmor": "zizmorcore zizmor",
    "nosey-parker": "noseyparker|nosey parker",
}
_ALIASES = {alias: name for name, line in _FAMILIES.items() for alias in (*line.split("|"), name)}

_KINDS: dict[Kind, str] = {
    "secret": "gitleaks trufflehog detect-secrets ggshield secretlint nosey-parker talisman"
    " n0s1 whispers"
    " rusty-hog github-secret-scanning gitlab-secret-detection git-secrets kingfisher ripsecrets",
    "iac": "checkov kics tfsec terrascan hadolint kubescape kube-linter kubelinter kubeaudit"
    " kube-bench"
    " kubebench kube-score kubesec polaris snyk-iac cfn-nag cfn-lint tflint dockle datree"
    " regula psrule"
    " zizmor actionlint poutine octoscan ansible-lint template-analyzer conftest",
    "dependency": "trivy grype snyk npm-audit pip-audit osv-scanner dependency-check"
    " dependency-track"
    " dependabot bundler-audit cargo-audit cargo-deny composer-audit yarn-audit pnpm-audit auditjs"
    " nancy safety retire retire-js govulncheck mend whitesource sonatype nexus-iq jfrog-xray xray"
    " black-duck cyclonedx gitlab-dependency-scanning dotnet-vulnerable aikido-sca socket depscan",
    "container": "clair anchore twistlock prisma-cloud aqua snyk-container docker-scout sysdig"
    " harbor neuvector gitlab-container-scanning trivy-operator",
    "web": "zap nuclei nikto wapiti burp acunetix netsparker invicti arachni w3af skipfish"
    " stackhawk"
    " appspider webinspect qualys-was wpscan ffuf wfuzz sslyze ssl-labs testssl testssl-sh humble"
    " mozilla-observatory sqlmap xsstrike dalfox gitlab-dast detectify probely rapidscan"
    " tenable-was",
    "api": "schemathesis 42crunch apisec restler mapi cherrybomb spectral vacuum akto"
    " api-fuzzer evomaster"
    " dredd newman gitlab-api-fuzzing openapi-security-scanner cats wuppiefuzz hexway tracecat"
    " autoswagger"
    " graphql-cop inql clairvoyance noir",
    "model": "garak promptfoo pyrit giskard modelscan picklescan",
    "cloud": "prowler scoutsuite cloudsploit aws-security-hub asff aws-inspector"
    " aws-inspector2 security-hub"
    " ms-defender microsoft-defender-for-cloud steampipe wiz orca cloud-custodian",
}
_KIND_OF: dict[str, Kind] = {name: kind for kind, line in _KINDS.items() for name in line.split()}

_VERSION = re.compile(r"(?<![A-Za-z])v?\d+(?:\.\d+)+\S*|\bv\d+\b|\bversion\b.*", re.IGNORECASE)
_EDITION = re.compile(
    r"\s+\(.*\)\Z|\s+(?:oss|pro|ce|ee|cli|community|enterprise|professional|edition|scanner)\Z",
    re.I,
)


def family(tool: str) -> str:
    """The family of a tool by the name it gives itself: "Semgrep OSS" → "semgrep"; else a slug
    of the name."""
    name = " ".join(_VERSION.sub(" ", tool).split()).lower()
    if name in _ALIASES:
        return _ALIASES[name]
    shorter = _EDITION.sub("", name)
    if shorter in _ALIASES:
        return _ALIASES[shorter]
    slug = re.sub(r"[^0-9a-z]+", "-", shorter).strip("-")
    return _ALIASES.get(slug, slug) or re.sub(r"\s+", "-", tool.strip().lower()) or "unknown"


def default_kind(family: str) -> Kind:
    """What a family finds where the result itself does not say; `code` for all that are in no
    table."""
    return _KIND_OF.get(family, "code")
