"""What is wrong with the settings, in words for whoever keeps the installation. Looked at before Django reads them.

Plain Python: a variable that would stop Django at its import with a traceback is found here first. An error means that the site would not
start, would harm people, or would not do what it was told; a warning, that something will be missed.
"""

from __future__ import annotations

import difflib
import importlib.util
import ipaddress
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

#: Every variable that the program reads. docs/operations.md has a row for each but those of tests.
VARIABLES = frozenset(
    "KOOPSET_DATA DATABASE_URL SECRET_KEY SITE_URL ALLOWED_HOSTS CSRF_TRUSTED_ORIGINS BEHIND_PROXY EMAIL_URL DEFAULT_FROM_EMAIL "
    "CACHE_URL REDIS_URL WEB_PROCESSES WEB_THREADS UPLOAD_MAX_BYTES STATIC_ROOT STATIC_MANIFEST LOG_FORMAT LOG_LEVEL JOB_HEARTBEAT_SECONDS "
    "JOB_LOST_AFTER_SECONDS METRICS_TOKEN HOST PORT DEBUG API_PER_MINUTE_KEY API_PER_MINUTE_ORGANISATION WEBHOOKS_LOOPBACK "
    "BANK_CHANGE_DELAY_HOURS VAPID_PRIVATE_KEY SECRET_KEY_FALLBACKS SECOND_FACTOR_ASKED SECOND_FACTOR_GRACE_DAYS SMS_GATEWAY "
    "ANALYTICS_ENGINE ANALYTICS_SPARK_MASTER RECEIPT_PROVIDER_URL RECEIPT_PROVIDER_KEY QUIET_HOURS".split()
)
OF_TESTS = frozenset(
    "KOOPSET_TESTING KOOPSET_WRITE_BUDGETS KOOPSET_WRITE_STATE KOOPSET_RENEW KOOPSET_MEASURE KOOPSET_KILLS KOOPSET_SPARK".split()
)
SWITCHES = (
    "BEHIND_PROXY",
    "DEBUG",
    "STATIC_MANIFEST",
    "WEBHOOKS_LOOPBACK",
    "SECOND_FACTOR_ASKED",
    "QUIET_HOURS",
)
ON = frozenset({"1", "true", "on", "yes", "y", "ok"})
OFF = frozenset({"0", "false", "off", "no", "n", ""})
#: name: (least, most, default)
NUMBERS = {
    "PORT": (1, 65535, 8000),
    "WEB_PROCESSES": (1, 1000, 1),
    "WEB_THREADS": (1, 64, 8),
    "UPLOAD_MAX_BYTES": (1024 * 1024, 1024**4, 256 * 1024 * 1024),
    "JOB_HEARTBEAT_SECONDS": (1, 3600, 10),
    "JOB_LOST_AFTER_SECONDS": (2, 86400, 60),
    "API_PER_MINUTE_KEY": (0, 1_000_000, 3000),
    "API_PER_MINUTE_ORGANISATION": (0, 1_000_000, 12_000),
    "BANK_CHANGE_DELAY_HOURS": (0, 720, 72),
    "SECOND_FACTOR_GRACE_DAYS": (0, 365, 14),
}
LEAST_KEY, LEAST_TOKEN, LEAST_SIGNS = 32, 16, 5
DATABASES = frozenset({"sqlite", "postgres", "postgresql", "pgsql"})
LETTERS = frozenset(
    {"smtp", "smtps", "smtp+tls", "smtp+ssl", "consolemail", "filemail", "memorymail", "dummymail"}
)
CACHES = frozenset({"redis", "rediss", "unix"})
#: Stands in the data folder while `koopset restore` puts things in their places.
RESTORING = "restore-under-way"
RESTORE_CUT_SHORT = "E019"


@dataclass(frozen=True, slots=True)
class Finding:
    """`code` is the number of the check («E004», «W002»), `name` the variable to mend."""

    code: str
    name: str
    ru: str
    en: str

    @property
    def is_error(self) -> bool:
        return self.code.startswith("E")


def is_on(values: Mapping[str, str], name: str) -> bool:
    """A switch, as Django's settings read it."""
    return values.get(name, "").strip().lower() in ON


def number(values: Mapping[str, str], name: str) -> int:
    """A number; its default where it is absent or no number."""
    text = values.get(name, "").strip()
    return int(text) if text.isascii() and text.isdigit() else NUMBERS[name][2]


def is_local(host: str) -> bool:
    """Whether a name or an address means this machine only."""
    name = host.strip("[]").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def data_folder(values: Mapping[str, str]) -> Path:
    return Path(values.get("KOOPSET_DATA") or "var").expanduser().resolve()


def site_host(values: Mapping[str, str]) -> str:
    """The host of SITE_URL; empty where it is not readable."""
    try:
        return urlsplit(values.get("SITE_URL") or "http://127.0.0.1:8000").hostname or ""
    except ValueError:
        return ""


def is_public(values: Mapping[str, str]) -> bool:
    host = site_host(values)
    return bool(host) and not is_local(host)


def listed(values: Mapping[str, str], name: str) -> list[str]:
    return [one.strip() for one in values.get(name, "").split(",") if one.strip()]


def examine(values: Mapping[str, str]) -> list[Finding]:
    """All findings, errors first. Reads the environment and looks at the data folder; changes nothing."""
    found = [finding for look in LOOKS for finding in look(values)]
    return sorted(found, key=lambda finding: not finding.is_error)


# Each look


def _unknown_names(values: Mapping[str, str]) -> Iterator[Finding]:
    for name in sorted(values):
        if name in VARIABLES or name in OF_TESTS:
            continue
        near = difflib.get_close_matches(name, VARIABLES, n=1, cutoff=0.88) if len(name) >= 7 else []
        if name.startswith("KOOPSET_") or near:
            hint_ru = f" Может быть, {near[0]}?" if near else ""
            hint_en = f" Did you mean {near[0]}?" if near else ""
            yield Finding(
                "W001", name, f"Такой настройки нет: она ни на что не влияет.{hint_ru}",
                f"There is no such setting: it changes nothing.{hint_en}",
            )  # fmt: skip


def _switches(values: Mapping[str, str]) -> Iterator[Finding]:
    for name in SWITCHES:
        word = values.get(name, "").strip()
        if word.lower() not in ON | OFF:
            yield Finding(
                "E001", name, f"Непонятное слово «{word}»: напишите on или off.",
                f"“{word}” is neither on nor off.",
            )  # fmt: skip


def _numbers(values: Mapping[str, str]) -> Iterator[Finding]:
    for name, (least, most, _default) in NUMBERS.items():
        text = values.get(name)
        if text is None:
            continue
        clean = text.strip()
        if not (clean.isascii() and clean.isdigit() and least <= int(clean) <= most):
            yield Finding(
                "E002", name, f"Нужно целое число от {least} до {most}, а стоит «{text}».",
                f"A whole number from {least} to {most} is needed, not “{text}”.",
            )  # fmt: skip
    heartbeat, lost = number(values, "JOB_HEARTBEAT_SECONDS"), number(values, "JOB_LOST_AFTER_SECONDS")
    if lost < heartbeat * 3:
        yield Finding(
            "E003", "JOB_LOST_AFTER_SECONDS",
            f"Исполнитель подаёт знак раз в {heartbeat} с, а пропавшим считается через {lost} с: живого примут за мёртвого. "
            f"Поставьте не меньше {heartbeat * 3}.",
            f"A worker is heard of every {heartbeat} s and given up for lost after {lost} s: a living one would be taken for dead. "
            f"Set at least {heartbeat * 3}.",
        )  # fmt: skip


def _secret_key(values: Mapping[str, str]) -> Iterator[Finding]:
    key = values.get("SECRET_KEY", "")
    kept = data_folder(values) / "secret-key"
    if not key:
        try:
            key = kept.read_text("ascii").strip()
        except (OSError, UnicodeDecodeError):
            return
    if len(key) < LEAST_KEY or len(set(key)) < LEAST_SIGNS:
        place = "SECRET_KEY" if values.get("SECRET_KEY") else str(kept)
        yield Finding(
            "E004", place,
            f"Секретный ключ слишком прост: его подберут и войдут под чужим именем. Нужно {LEAST_KEY} разных знаков или больше; "
            "без SECRET_KEY программа сама сделает ключ и положит в папку данных.",
            f"The secret key is too simple: somebody will guess it and enter as another. Take {LEAST_KEY} varied characters or more; "
            "without SECRET_KEY the program makes one and keeps it in the data folder.",
        )  # fmt: skip


def _site_url(values: Mapping[str, str]) -> Iterator[Finding]:
    text = values.get("SITE_URL", "")
    if not text:
        if is_on(values, "BEHIND_PROXY"):
            yield Finding(
                "E005", "SITE_URL",
                "Сайт стоит за прокси (BEHIND_PROXY), а адрес его не назван: ссылки в письмах вели бы в никуда. "
                "Напишите SITE_URL=https://имя-сайта.",
                "The site is behind a proxy (BEHIND_PROXY) and its address is not told: links in letters would lead nowhere. "
                "Set SITE_URL=https://name.",
            )  # fmt: skip
        return
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname, parts.port
    except ValueError:
        parts, host = urlsplit(""), None
    if parts.scheme not in ("http", "https") or not host or parts.path or parts.query or parts.fragment:
        yield Finding(
            "E006", "SITE_URL",
            f"«{text}» не похоже на адрес сайта. Нужно имя с https:// и без косой черты в конце: https://koopset.example.org",
            f"“{text}” is no address of a site. Write https:// and a name, without a slash at the end: https://koopset.example.org",
        )  # fmt: skip
        return
    origin = f"{parts.scheme}://{parts.netloc}"
    if parts.scheme == "http" and is_on(values, "BEHIND_PROXY"):
        yield Finding(
            "E007", "SITE_URL",
            "Сайт стоит за прокси (BEHIND_PROXY), а SITE_URL начинается с http://: пароли и куки пойдут открыто. "
            f"Напишите https://{parts.netloc}.",
            "The site is behind a proxy (BEHIND_PROXY), but SITE_URL starts with http://: passwords and cookies would travel open. "
            f"Write https://{parts.netloc}.",
        )  # fmt: skip
    elif parts.scheme == "http" and not is_local(host):
        yield Finding(
            "W002", "SITE_URL", "Без https пароли идут по сети открыто. Поставьте перед сайтом прокси с https.",
            "Without https passwords travel open. Put a proxy with https in front of the site.",
        )  # fmt: skip
    elif (
        parts.scheme == "https"
        and not is_on(values, "BEHIND_PROXY")
        and origin not in listed(values, "CSRF_TRUSTED_ORIGINS")
    ):
        yield Finding(
            "W003", "BEHIND_PROXY",
            "Адрес сайта с https, сам сайт говорит только по http, а прокси не назван: формы будут отвергаться. Поставьте BEHIND_PROXY=on.",
            "The address has https, the site itself speaks http only and no proxy is told of: forms will be refused. Set BEHIND_PROXY=on.",
        )  # fmt: skip


def _hosts(values: Mapping[str, str]) -> Iterator[Finding]:
    host, allowed = site_host(values), listed(values, "ALLOWED_HOSTS")
    if "*" in allowed:
        yield Finding(
            "W004", "ALLOWED_HOSTS", "Звёздочка пускает под любым именем: назовите имена сайта.",
            "The asterisk lets any name in: name the site's own.",
        )  # fmt: skip
    elif is_public(values) and not any(
        host == one.lower()
        or (one.startswith(".") and (host == one[1:].lower() or host.endswith(one.lower())))
        for one in allowed
    ):
        yield Finding(
            "E008", "ALLOWED_HOSTS",
            f"Имени {host} из SITE_URL здесь нет: сайт ответил бы каждому ошибкой 400. Добавьте: ALLOWED_HOSTS={host},127.0.0.1",
            f"The name {host} of SITE_URL is not here: the site would answer everybody with error 400. Add it: "
            f"ALLOWED_HOSTS={host},127.0.0.1",
        )  # fmt: skip
    for origin in listed(values, "CSRF_TRUSTED_ORIGINS"):
        if not origin.startswith(("https://", "http://")):
            yield Finding(
                "E009", "CSRF_TRUSTED_ORIGINS", f"«{origin}»: нужен адрес с https:// в начале.",
                f"“{origin}”: an address that starts with https:// is needed.",
            )  # fmt: skip


def _debug(values: Mapping[str, str]) -> Iterator[Finding]:
    host = values.get("HOST", "127.0.0.1")
    if is_on(values, "DEBUG") and (is_public(values) or not is_local(host)):
        yield Finding(
            "E010", "DEBUG",
            "Сайт виден другим, а DEBUG включён: страница ошибки показала бы чужому имена, суммы и пароль базы. Уберите DEBUG.",
            "Others can reach the site while DEBUG is on: a page of an error would show names, sums and settings. Remove DEBUG.",
        )  # fmt: skip
    if not is_local(host) and not is_on(values, "BEHIND_PROXY"):
        yield Finding(
            "W005", "HOST", f"Сайт слушает {host} без прокси: соседи по сети видят пароли. Обычно HOST=127.0.0.1 и прокси с https.",
            f"The site listens at {host} without a proxy: others on the network see passwords. Usual is HOST=127.0.0.1 and a proxy "
            "with https.",
        )  # fmt: skip


def _database(values: Mapping[str, str]) -> Iterator[Finding]:
    url = values.get("DATABASE_URL", "")
    if not url:
        return
    scheme, _mark, rest = url.partition("://")
    if scheme not in DATABASES or not rest:
        yield Finding(
            "E011", "DATABASE_URL",
            "Это не адрес базы. Нужно postgres://имя:пароль@машина/база или sqlite:////папка/файл.",
            "This is no address of a database. Write postgres://user:password@host/name or sqlite:////folder/file.",
        )  # fmt: skip
    elif scheme != "sqlite" and not unquote(rest.partition("?")[0]).rpartition("/")[2]:
        yield Finding(
            "E011", "DATABASE_URL", "В адресе нет имени базы: postgres://имя:пароль@машина/база.",
            "The address has no name of a database: postgres://user:password@host/name.",
        )  # fmt: skip


def _cache(values: Mapping[str, str]) -> Iterator[Finding]:
    chosen, redis = values.get("CACHE_URL", ""), values.get("REDIS_URL", "")
    if chosen and redis:
        yield Finding(
            "E012", "CACHE_URL", "Названы и CACHE_URL, и REDIS_URL. Оставьте одно.",
            "Both CACHE_URL and REDIS_URL are set. Keep one of them.",
        )  # fmt: skip
    for name, url in (("CACHE_URL", chosen), ("REDIS_URL", redis)):
        words = ("memory", "db") if name == "CACHE_URL" else ()
        if url and url not in words and url.partition("://")[0] not in CACHES:
            yield Finding(
                "E013", name, f"Непонятно: «{url.partition('://')[0]}». Нужно db, memory или redis://машина:6379/0.",
                f"“{url.partition('://')[0]}” is not known. Write db, memory or redis://host:6379/0.",
            )  # fmt: skip
    if "://" in chosen + redis and importlib.util.find_spec("redis") is None:
        yield Finding(
            "E013", "REDIS_URL" if redis else "CACHE_URL", "Для Redis не хватает библиотеки: make setup.",
            "The library for Redis is missing: make setup.",
        )  # fmt: skip
    if number(values, "WEB_PROCESSES") > 1:
        if not redis and chosen in ("", "memory"):
            yield Finding(
                "E014", "WEB_PROCESSES",
                "Процессов сайта несколько, а память у каждого своя: подбор пароля считался бы в каждом отдельно. "
                "Поставьте CACHE_URL=db или REDIS_URL.",
                "There are several processes of the site and each has a memory of its own: attempts at a password would be counted in "
                "each apart. Set CACHE_URL=db or REDIS_URL.",
            )  # fmt: skip
        if (values.get("DATABASE_URL") or "sqlite:").startswith("sqlite"):
            yield Finding(
                "W006", "WEB_PROCESSES", "Несколько процессов на SQLite пишут по очереди: возьмите PostgreSQL.",
                "Several processes write to SQLite one after another: take PostgreSQL.",
            )  # fmt: skip


def _letters(values: Mapping[str, str]) -> Iterator[Finding]:
    url = values.get("EMAIL_URL", "")
    if url:
        try:
            parts = urlsplit(url)
            host, _port = parts.hostname, parts.port
        except ValueError:
            parts, host = urlsplit(""), None
        if parts.scheme not in LETTERS or (parts.scheme.startswith("smtp") and not host):
            yield Finding(
                "E015", "EMAIL_URL",
                "Это не адрес почтового сервера. Нужно smtp+tls://имя:пароль@машина:587; "
                "знаки @ : / # в пароле пишутся как %40 %3A %2F %23.",
                "This is no address of a mail server. Write smtp+tls://user:password@host:587; "
                "@ : / # in a password become %40 %3A %2F %23.",
            )  # fmt: skip
            return
    if not is_public(values):
        return
    if not url or not url.startswith("smtp"):
        yield Finding(
            "W007", "EMAIL_URL",
            "Письма никуда не уходят: никто не подтвердит почту и не восстановит пароль. Назовите почтовый сервер.",
            "Letters go nowhere: nobody can confirm an address or renew a password. Name a mail server.",
        )  # fmt: skip
    if not values.get("DEFAULT_FROM_EMAIL"):
        yield Finding(
            "W008", "DEFAULT_FROM_EMAIL",
            "Письма подписаны noreply@localhost: почта примет их за мусор. Напишите адрес с именем вашего сайта.",
            "Letters come from noreply@localhost: mail servers will take them for spam. Write an address at your site's name.",
        )  # fmt: skip


def _logs(values: Mapping[str, str]) -> Iterator[Finding]:
    for name, words in (
        ("LOG_FORMAT", ("text", "json")),
        ("LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")),
    ):
        word = values.get(name)
        if word is not None and word not in words:
            yield Finding(
                "E016", name, f"Непонятное слово «{word}»: {', '.join(words)}.",
                f"“{word}” is not known: {', '.join(words)}.",
            )  # fmt: skip


def _metrics(values: Mapping[str, str]) -> Iterator[Finding]:
    token = values.get("METRICS_TOKEN", "")
    if token and len(token) < LEAST_TOKEN:
        yield Finding(
            "E017", "METRICS_TOKEN", f"Ключ к показателям короче {LEAST_TOKEN} знаков: его подберут.",
            f"The key to the metrics is shorter than {LEAST_TOKEN} characters: it will be guessed.",
        )  # fmt: skip


def _folders(values: Mapping[str, str]) -> Iterator[Finding]:
    folder = data_folder(values)
    for name, path in (
        ("KOOPSET_DATA", folder),
        ("STATIC_ROOT", Path(values.get("STATIC_ROOT") or folder / "static")),
    ):
        if not _writable(path):
            yield Finding(
                "E018", name,
                f"В папку {path} нельзя писать. Создайте её и отдайте тому, от чьего имени работает сайт: chown, chmod u+rwx.",
                f"The folder {path} cannot be written to. Make it and give it to the user the site runs as: chown, chmod u+rwx.",
            )  # fmt: skip
            return
    if (folder / RESTORING).exists():
        yield Finding(
            RESTORE_CUT_SHORT, "KOOPSET_DATA",
            f"Восстановление в папку {folder} было прервано: данные неполны. Повторите koopset restore; если база уже не пуста, "
            "возьмите новую папку и новую базу.",
            f"A restore into {folder} was interrupted: the data are not whole. Run koopset restore again; where the database is not "
            "empty any more, take a new folder and a new database.",
        )  # fmt: skip


def _writable(folder: Path) -> bool:
    """Whether files can be made in the folder, or the folder itself where it is not there yet."""
    place = folder
    while not place.exists():
        if place == place.parent:
            return False
        place = place.parent
    if not place.is_dir():
        return False
    if place != folder:
        return os.access(place, os.W_OK | os.X_OK)
    try:
        with tempfile.TemporaryFile(dir=place):
            return True
    except OSError:
        return False


def _analytics(values: Mapping[str, str]) -> Iterator[Finding]:
    engine = values.get("ANALYTICS_ENGINE", "")
    if engine not in ("", "duckdb", "spark"):
        yield Finding(
            "E020", "ANALYTICS_ENGINE", f"Непонятно: «{engine}». Нужно duckdb или spark.",
            f"“{engine}” is not known. Write duckdb or spark.",
        )  # fmt: skip
    elif engine == "spark" and importlib.util.find_spec("pyspark") is None:
        yield Finding(
            "E020", "ANALYTICS_ENGINE", "Для Spark не хватает библиотеки: pip install -r requirements-spark.lock.",
            "The library for Spark is missing: pip install -r requirements-spark.lock.",
        )  # fmt: skip


LOOKS: tuple[Callable[[Mapping[str, str]], Iterator[Finding]], ...] = (
    _unknown_names,
    _switches,
    _numbers,
    _secret_key,
    _site_url,
    _hosts,
    _debug,
    _database,
    _cache,
    _letters,
    _logs,
    _metrics,
    _folders,
    _analytics,
)
