"""What every function gives; one file for all of them, each formula in a row of its own."""

import pytest

from service.embedded.formulas.functions import FUNCTIONS
from service.embedded.server import create_app
from tests.service.embedded.conftest import OWNER_TOKEN, Api, Clock

#       A        B    C            D      E
DATA = [
    ["tên", "số", "ngày", "đúng", "rỗng"],
    ["an", 3, "2026-09-30", True],
    ["Bình", 1, "2026-10-30", False],
    ["chi", 2, "2026-11-20", True],
    ["an", 5, "", True],
]
CASES = {
    # numbers
    "=SUM(B2:B5)": "11",
    '=SUM(B2:B5,4,"5")': "20",
    "=AVERAGE(B2:B5)": "2.75",
    "=MIN(B:B)": "1",
    "=MAX(B2:B5;9)": "9",
    "=PRODUCT(B2:B5)": "30",
    "=MEDIAN(B2:B5)": "2.5",
    "=STDEV(B2:B5)": "1.707825128",
    "=VAR(B2:B5)": "2.916666667",
    "=STDEVP(B2:B5)": "1.479019946",
    "=VARP(B2:B5)": "2.1875",
    "=COUNT(A1:D5)": "7",
    "=COUNTA(A1:D5)": "19",
    "=COUNTBLANK(E1:E5)": "4",
    "=COUNTUNIQUE(A2:A5)": "3",
    "=ROUND(2.675,2)": "2.68",
    "=ROUND(1234.5,-2)": "1200",
    "=ROUNDUP(1.21,1)": "1.3",
    "=ROUNDDOWN(-1.29,1)": "-1.2",
    "=TRUNC(1.99)": "1",
    "=CEILING(2.1)": "3",
    "=FLOOR(7,5)": "5",
    "=MROUND(7,5)": "5",
    "=ABS(-2)": "2",
    "=INT(-1.5)": "-2",
    "=SIGN(-3)": "-1",
    "=SQRT(16)": "4",
    "=SQRT(-1)": "#NUM!",
    "=EXP(0)": "1",
    "=LN(1)": "0",
    "=LOG10(1000)": "3",
    "=LOG(8,2)": "3",
    "=PI()": "3.141592654",
    "=MOD(-1,3)": "2",
    "=MOD(1,0)": "#DIV/0!",
    "=QUOTIENT(7,2)": "3",
    "=POWER(2,10)": "1024",
    "=LARGE(B2:B5,2)": "3",
    "=SMALL(B2:B5,1)": "1",
    "=SMALL(B2:B5,9)": "#NUM!",
    "=RANK(3,B2:B5)": "2",
    "=RANK(3,B2:B5,TRUE)": "3",
    "=RANK(9,B2:B5)": "#N/A",
    "=SUMPRODUCT(B2:B5,B2:B5)": "39",
    '=SUMPRODUCT((A2:A5="an")*B2:B5)': "8",
    # criteria
    '=COUNTIF(A2:A5,"AN")': "2",
    '=COUNTIF(A2:A5,"?n")': "2",
    '=COUNTIF(A2:A5,"*i*")': "1",
    '=COUNTIF(B2:B5,">2")': "2",
    '=COUNTIF(B2:B5,"<>3")': "3",
    '=COUNTIF(E1:E5,"")': "4",
    "=COUNTIF(B2:B5,3)": "1",
    "=COUNTIF(D2:D5,TRUE)": "3",
    '=COUNTIFS(A2:A5,"an",B2:B5,">3")': "1",
    '=SUMIF(A2:A5,"an",B2:B5)': "8",
    '=SUMIF(B2:B5,">=2")': "10",
    '=SUMIFS(B2:B5,A2:A5,"an",D2:D5,TRUE)': "8",
    '=AVERAGEIF(A2:A5,"an",B2:B5)': "4",
    '=AVERAGEIFS(B2:B5,A2:A5,"zz")': "#DIV/0!",
    '=MINIFS(B2:B5,A2:A5,"an")': "3",
    '=MAXIFS(B2:B5,A2:A5,"an")': "5",
    '=COUNTIFS(A2:A5,"an",B2:B4,1)': "#VALUE!",
    "=COUNTIFS(A2:A5)": "#N/A",
    '=COUNTIF(A2:A5,"~*")': "0",
    # truth and errors
    '=IF(B2>2,"nhiều","ít")': "nhiều",
    "=IF(FALSE,1)": "FALSE",
    '=IFS(B2>9,"a",TRUE,"b")': "b",
    "=IFS(FALSE,1)": "#N/A",
    '=SWITCH(B2,1,"một",3,"ba","khác")': "ba",
    "=SWITCH(9,1,2)": "#N/A",
    '=CHOOSE(2,"a","b")': "b",
    "=CHOOSE(9,1)": "#NUM!",
    '=IFERROR(1/0,"lỗi")': "lỗi",
    "=IFERROR(5)": "5",
    '=IFNA(NA(),"không")': "không",
    "=IFNA(1/0,2)": "#DIV/0!",
    "=AND(D2:D5)": "FALSE",
    "=OR(D2:D5)": "TRUE",
    "=XOR(TRUE,TRUE,TRUE)": "TRUE",
    "=AND(E2:E5)": "#VALUE!",
    "=NOT(FALSE)": "TRUE",
    "=TRUE()": "TRUE",
    "=FALSE()": "FALSE",
    "=NA()": "#N/A",
    "=ISBLANK(E2)": "TRUE",
    "=ISERROR(1/0)": "TRUE",
    "=ISERR(NA())": "FALSE",
    "=ISNA(NA())": "TRUE",
    "=ISNUMBER(B2)": "TRUE",
    "=ISTEXT(A2)": "TRUE",
    "=ISNONTEXT(A2)": "FALSE",
    "=ISLOGICAL(D2)": "TRUE",
    "=N(TRUE)": "1",
    "=N(A2)": "0",
    "=T(A2)": "an",
    "=T(B2)": "",
    # looking up
    '=VLOOKUP("BÌNH",A2:D5,2,FALSE)': "1",
    '=VLOOKUP("x",A2:D5,2,FALSE)': "#N/A",
    '=VLOOKUP("an",A2:B5,9,0)': "#REF!",
    '=VLOOKUP("c*",A2:B5,2,0)': "2",
    '=HLOOKUP("số",A1:D5,3,FALSE)': "1",
    '=MATCH("chi",A1:A5,0)': "4",
    "=MATCH(4,B10:B12)": "#N/A",
    "=MATCH(9,A2:D5,0)": "#VALUE!",
    '=INDEX(B2:B5,MATCH("chi",A2:A5,0))': "2",
    "=INDEX(A1:D5,2,1)": "an",
    "=INDEX(A1:D1,2)": "số",
    "=INDEX(A1:A5,9)": "#NUM!",
    "=LOOKUP(2.5,B10:B11)": "#N/A",
    "=LOOKUP(2.5,SORT(B2:B5))": "2",
    '=XLOOKUP("chi",A2:A5,B2:B5)': "2",
    '=XLOOKUP("x",A2:A5,B2:B5,"không có")': "không có",
    '=XLOOKUP(4,B2:B5,A2:A5,"",1)': "an",
    '=XLOOKUP("an",A2:A5,B2:B5,"",0,-1)': "5",
    '=XLOOKUP("b*",A2:A5,B2:B5,"",2)': "1",
    "=ROWS(A1:D5)": "5",
    "=COLUMNS(A1:D5)": "4",
    "=ROW(B7)": "7",
    "=COLUMN(B7)": "2",
    "=ROW(1)": "#REF!",
    # texts
    "=LEN(A3)": "4",
    "=UPPER(A3)": "BÌNH",
    "=LOWER(A3)": "bình",
    '=PROPER("nguyễn văn an")': "Nguyễn Văn An",
    '=TRIM("  a  b ")': "a b",
    '=CLEAN("a"&CHAR(7)&"b")': "ab",
    "=LEFT(A3,2)": "Bì",
    "=RIGHT(A3,2)": "nh",
    "=RIGHT(A3,0)": "",
    "=MID(A3,2,2)": "ìn",
    "=LEFT(A3,-1)": "#VALUE!",
    '=CONCATENATE(A2,"-",B2)': "an-3",
    "=CONCAT(1,2)": "12",
    '=JOIN(", ",A2:A5)': "an, Bình, chi, an",
    '=TEXTJOIN("+",TRUE,E1:E5)': "rỗng",
    '=COUNTA(SPLIT("a,b;c",",;"))': "3",
    '=SUM(SPLIT("1 2 3"," "))': "6",
    '=SUBSTITUTE("aXbXc","X","-")': "a-b-c",
    '=SUBSTITUTE("aXbXc","X","-",2)': "aXb-c",
    '=REPLACE("abcd",2,2,"X")': "aXd",
    '=FIND("n",A2)': "2",
    '=FIND("N",A2)': "#VALUE!",
    '=SEARCH("N",A2)': "2",
    '=EXACT(A2,"An")': "FALSE",
    '=REPT("ab",3)': "ababab",
    '=REPT("a",60000)': "#VALUE!",
    '=TEXT(1234.5,"#,##0.00")': "1,234.50",
    '=TEXT(C2,"dd/mm/yyyy")': "30/09/2026",
    '=TEXT("x","0")': "x",
    '=VALUE("12.5%")': "0.125",
    '=VALUE("x")': "#VALUE!",
    "=CHAR(65)": "A",
    "=CHAR(0)": "#NUM!",
    "=UNICHAR(7879)": "ệ",
    '=CODE("A")': "65",
    '=UNICODE("ệ")': "7879",
    '=REGEXMATCH(A3,"^B.+h$")': "TRUE",
    '=REGEXEXTRACT("tel 0912","[0-9]+")': "0912",
    '=REGEXEXTRACT("x","[0-9]")': "#N/A",
    '=REGEXREPLACE("a1b22","([0-9]+)","<$1>")': "a<1>b<22>",
    '=REGEXMATCH("a","(")': "#VALUE!",
    '=HYPERLINK("https://x.vn","đi")': "đi",
    # days
    "=DATE(2026,9,30)": "9/30/2026",
    "=DATE(2026,14,1)": "2/1/2027",
    "=DATE(-1,1,1)": "#NUM!",
    "=TIME(10,30,0)": "10:30:00 AM",
    "=TODAY()": "9/29/2023",
    "=NOW()": "9/29/2023 11:59:59 PM",
    "=YEAR(C2)": "2026",
    "=MONTH(C2)": "9",
    "=DAY(C2)": "30",
    "=HOUR(0.5)": "12",
    "=MINUTE(TIME(1,2,3))": "2",
    "=SECOND(TIME(1,2,3))": "3",
    "=WEEKDAY(C2)": "4",
    "=WEEKDAY(C2,2)": "3",
    "=WEEKNUM(DATE(2026,1,1))": "1",
    "=ISOWEEKNUM(DATE(2027,1,1))": "53",
    "=EDATE(DATE(2026,1,31),1)": "2/28/2026",
    "=EOMONTH(C2,0)": "9/30/2026",
    "=DAYS(C3,C2)": "30",
    '=DATEDIF(C2,C4,"M")': "1",
    '=DATEDIF(C2,C4,"MD")': "21",
    '=DATEDIF(C2,C4,"D")': "51",
    '=DATEDIF(C4,C2,"D")': "#NUM!",
    "=NETWORKDAYS(C2,C3)": "23",
    "=WORKDAY(C2,1)": "10/1/2026",
    '=DATEVALUE("2026-09-30")': "46295",
    '=TIMEVALUE("12:00")': "0.5",
    '=DATEVALUE("x")': "#VALUE!",
    # several values
    '=JOIN(",",UNIQUE(A2:A5))': "an,Bình,chi",
    "=COUNTA(UNIQUE(A2:A5,FALSE,TRUE))": "2",
    '=JOIN(",",SORT(B2:B5))': "1,2,3,5",
    '=JOIN(",",SORT(A2:A5,B2:B5,FALSE))': "an,an,chi,Bình",
    '=SUM(FILTER(B2:B5,A2:A5="an"))': "8",
    '=SUM(FILTER(B2:B5,A2:A5="an",B2:B5>3))': "5",
    '=COUNTA(FILTER(A2:A5,A2:A5="x"))': "1",
    '=JOIN(",",TRANSPOSE(B2:B5))': "3,1,2,5",
    "=COUNTA(FLATTEN(A2:B5))": "8",
    "=SUM(SEQUENCE(3,2,0,10))": "150",
    "=SUM(ARRAYFORMULA(IF(B2:B5>2,B2:B5,0)))": "8",
    "=B2:B5*2": "#VALUE!",
    "=SUM(B2:B5*2)": "22",
    # and others
    '=SUMIF(5,"x",E10)': "0",
    "=AVERAGE(1E308,1E308)": "#NUM!",
    '=QUERY(A1:B5,"select A")': "#NAME?",
    "=VLOOKUP(1)": "#N/A",
    "=0.1+0.2=0.3": "TRUE",
}


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    app = create_app(tmp_path_factory.mktemp("store"), owner_token=OWNER_TOKEN, clock=Clock())
    api = Api(app, OWNER_TOKEN)
    book = api.create(properties={"timeZone": "Asia/Ho_Chi_Minh"})
    api.put(book, "A1", DATA, "USER_ENTERED")
    api.put(book, "K1", [[formula] for formula in CASES], "USER_ENTERED")
    values = api.values(book, f"K1:K{len(CASES)}")
    yield {formula: (row or [""])[0] for formula, row in zip(CASES, values, strict=True)}
    app.store.close()


@pytest.mark.parametrize("formula", CASES)
def test_function_gives(shown, formula):
    assert shown[formula] == CASES[formula]


def test_every_function_has_a_case():
    text = " ".join(CASES)

    assert [name for name in FUNCTIONS if f"{name}(" not in text] == []
    assert len(FUNCTIONS) > 120


def test_now_is_in_the_time_zone_of_the_file(api, book):
    api.put(book, "A1", [["=NOW()"]], "USER_ENTERED")
    assert api.values(book, "A1") == [["9/29/2023 4:59:59 PM"]]


def test_functions_take_the_signs_of_the_locale(api):
    book = api.create(properties={"locale": "vi_VN"})
    rows = [[1.5, '=TEXT(A1;"0,00")', '=SUMIF(A1:A1;">1,2")', '=VALUE("2,5")', '=TEXT(46295;"dd/mm/yyyy")']]
    api.put(book, "A1", rows, "USER_ENTERED")

    assert api.values(book, "A1:E1")[0][2:] == ["1,5", "2,5", "30/09/2026"]
