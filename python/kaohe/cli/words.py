"""Words and texts that several commands have in their help."""

from kaohe.cli.say import Both

SCHEME = Both("方案", "SCHEME")
DATA = Both("数据", "DATA")
ENTITY = Both("考核对象", "ENTITY")
PERIOD = Both("时期", "PERIOD")
COLUMN = Both("列名", "COLUMN")
FILE = Both("文件", "FILE")
OUT = Both("文件", "OUT")
NAME = Both("名称", "NAME")
ROWS = Both("行", "ROWS")
RENAMED = Both("原名=新名", "OLD=NEW")
COUNT = Both("个数", "COUNT")
KINDS = Both("写法", "KINDS")

A_SCHEME = Both("方案文件（.toml、.json）或内置方案名", "a scheme file (.toml, .json) or the name of a built-in scheme")
FORMATS = ["text", "markdown", "html", "json"]
TEXT = Both("格式；默认 text", "text if not given")
AS_ASSESS = Both("目标表，同 assess", "as for assess")
TARGETS = Both(
    "目标表，列为 indicator、value，可有 entity、period", "targets: a table with indicator, value[, entity, period]"
)
ENTITY_COLUMN = Both("考核对象所在的列；常用列名自动识别", "column that says whose a row is; found by itself if usual")
PERIOD_COLUMN = Both("时期所在的列；常用列名自动识别", "column that says when; found by itself if usual")
MEMBERS = Both(
    "下级单位表（学校、企业），考核对象列与时期列同数据",
    "members' table (schools, firms); columns of entity and period as in DATA",
)
MEMBER_COLUMN = Both("下级单位表中单位名称所在的列", "column of the members' table that names the member")
SHEET = Both("工作表；默认第一个", "sheet of a workbook; the first if not given")
TABLE_OUT = Both(
    "按文件名写入 .xlsx、.csv、.json、.parquet、.md 或 .html；不给出时显示",
    ".xlsx, .csv, .json, .parquet, .md or .html by the name; else it is printed",
)
