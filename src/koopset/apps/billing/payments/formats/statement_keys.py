"""The keys and words of 1CClientBankExchange, and how they are told apart."""

from types import MappingProxyType

from koopset.apps.billing.payments.formats.statement_values import fold_key

SIGNATURE = b"1CClientBankExchange"
BOM = b"\xef\xbb\xbf"
MAX_EXTRA_KEYS = 200
"""Keys kept of one document, and unknown keys warned of in one file: more is no statement."""

# The wanted keys of a document, in the order of a row; 0 is the kind.
ROW = (
    "",
    "Номер",
    "Дата",
    "Сумма",
    "ДатаСписано",
    "ДатаПоступило",
    "Плательщик",
    "Плательщик1",
    "ПлательщикИНН",
    "ПлательщикКПП",
    "ПлательщикСчет",
    "ПлательщикРасчСчет",
    "ПлательщикБИК",
    "ПлательщикБанк1",
    "Плательщик3",
    "Получатель",
    "Получатель1",
    "ПолучательИНН",
    "ПолучательКПП",
    "ПолучательСчет",
    "ПолучательРасчСчет",
    "ПолучательБИК",
    "ПолучательБанк1",
    "Получатель3",
    "Код",
    "НазначениеПлатежа",
    "НазначениеПлатежа1",
    "НазначениеПлатежа2",
    "НазначениеПлатежа3",
    "НазначениеПлатежа4",
    "НазначениеПлатежа5",
    "НазначениеПлатежа6",
)
FIELDS = {key: place for place, key in enumerate(ROW) if key}
WIDTH = len(ROW)
# Keys of the standard which a settlement office has no use for: known, hence neither kept nor warned of.
UNUSED = (
    "КвитанцияДата КвитанцияВремя КвитанцияСодержание Плательщик2 Плательщик4 ПлательщикБанк2 ПлательщикКорсчет "
    "Получатель2 Получатель4 ПолучательБанк2 ПолучательКорсчет ВидПлатежа КодНазПлатежа ВидОплаты СтатусСоставителя "
    "ПоказательКБК ОКАТО ПоказательОснования ПоказательПериода ПоказательНомера ПоказательДаты ПоказательТипа "
    "Очередность СрокАкцепта ВидАккредитива СрокПлатежа УсловиеОплаты1 УсловиеОплаты2 УсловиеОплаты3 ПлатежПоПредст "
    "ДополнУсловия НомерСчетаПоставщика ДатаОтсылкиДок"
).split()
SECTION_KEYS = (
    "ДатаНачала ДатаКонца РасчСчет НачальныйОстаток ВсегоПоступило ВсегоСписано КонечныйОстаток"
).split()
BALANCE_KEYS = ("НачальныйОстаток", "ВсегоПоступило", "ВсегоСписано", "КонечныйОстаток")
MONEY_KEYS = frozenset(("Сумма", *BALANCE_KEYS))
HEADER_KEYS = (
    "ВерсияФормата Кодировка Отправитель Получатель ДатаСоздания ВремяСоздания ДатаНачала ДатаКонца РасчСчет Документ"
).split()
BEGIN_DOCUMENT, END_DOCUMENT = "СекцияДокумент", "КонецДокумента"
BEGIN_SECTION, END_SECTION = "СекцияРасчСчет", "КонецРасчСчет"
END_FILE = "КонецФайла"
FIRST_LINE = SIGNATURE.decode()
BEGINS = frozenset((BEGIN_DOCUMENT, BEGIN_SECTION))
STRUCTURE = frozenset((BEGIN_DOCUMENT, END_DOCUMENT, BEGIN_SECTION, END_SECTION, END_FILE, FIRST_LINE))

SPELLINGS = {fold_key(key): key for key in (*FIELDS, *UNUSED, *SECTION_KEYS, *HEADER_KEYS, *STRUCTURE)}
EXACT = {key: key for key in SPELLINGS.values()}
DOCUMENT_KEYS = frozenset((*FIELDS, *UNUSED))

KINDS = {
    fold_key(kind): kind
    for kind in (
        "Платежное поручение",
        "Банковский ордер",
        "Мемориальный ордер",
        "Платежное требование",
        "Инкассовое поручение",
        "Платежный ордер",
        "Кассовый ордер",
        "Выписка банка",
        "СБП",
    )
}
NO_EXTRA: MappingProxyType[str, str] = MappingProxyType({})
