"""The demo county's facts: who and what there is in 澄河县. Every person is an office and a letter; nobody exists."""

from datetime import date

from scheduling.calendar import Row
from scheduling.days import Month

FIRST, LAST = Month(2023, 12), Month(2026, 11)
CLOSURE = Row(
    date(2025, 5, 15), False, "防汛应急响应", "flood emergency", "澄河县人民政府办公室关于防汛应急响应期间调整工作安排的通知", 3
)

COUNTY = {
    "slug": "chenghe",
    "code": "139901",
    "name": "澄河县",
    "name_en": "Chenghe County",
    "nominal_day": 15,
    "bureau": "澄河县信访局",
    "bureau_en": "Chenghe County Petition Bureau",
    "address": "澄河县人民路66号人民来访接待中心",
    "address_en": "People's Reception Centre, 66 Renmin Road, Chenghe County",
    "phone": "0000-6612345",
    "supervision_phone": "0000-6654321",
    "scope": "接访领导分管工作范围内的信访事项；涉及面广、久拖未决，需要县级领导协调的信访事项；对改进工作的建议和意见。",
    "scope_en": "Petition matters within the receiving leader's portfolio; matters that concern many people or have long gone unsettled and "
    "need a county leader to coordinate; suggestions for improving the work.",
    "booking": "电话预约：0000-6612345（工作日 8:30—17:30）。\n窗口预约：携带身份证到人民来访接待中心或所在乡镇（街道）便民服务中心登记。",
    "booking_en": "By telephone: 0000-6612345 (working days, 8:30 to 17:30).\n"
    "In person: bring your ID card to the People's Reception Centre or to the service centre of your township.",
    "notice": "请携带本人有效身份证件和有关材料，如实填写来访登记表。\n多人反映同一事项的，请推选代表，代表不超过五人。\n"
    "预约的来访人优先接待，当日来访的按登记顺序接待。\n"
    "应由法院、检察院、仲裁、行政复议等途径处理的事项，工作人员会告知办理途径；正在办理且未到期限的、已复核终结的事项不重复受理。\n"
    "请遵守秩序，反映完毕后有序离开。",
    "notice_en": "Bring a valid identity document and your papers, and fill in the visit registration form truthfully.\n"
    "Where several people raise one matter, choose representatives, at most five.\n"
    "Visitors with a booking are received first, others in the order in which they register.\n"
    "For matters that belong to a court, the procuratorate, arbitration or administrative review, the staff will tell you where to go; "
    "matters still being handled within their time limit, or concluded by re-review, are not taken up again.\n"
    "Please keep order, and leave when you have been heard.",
    "booking_closes_workdays_before": 1,
    "booking_closes_at": "17:00",
    "publish_days_ahead": 2,
}

# code, post, English, side, portfolio, English
POSTS = [
    ("P01", "县委书记", "County Party Secretary", "party", "主持县委全面工作", "overall work of the county Party committee"),
    ("P02", "县长", "County Magistrate", "government", "主持县政府全面工作", "overall work of the county government"),
    (
        "P03",
        "县委专职副书记",
        "Full-time Deputy Party Secretary",
        "party",
        "党的建设、农业农村、群团工作",
        "Party building, agriculture and rural affairs, mass organisations",
    ),
    (
        "P04",
        "常务副县长",
        "Executive Deputy Magistrate",
        "government",
        "发展改革、财政、应急管理、审计",
        "development and reform, finance, emergency management, audit",
    ),
    ("P05", "县纪委书记", "Secretary of the Discipline Commission", "party", "纪检监察", "discipline inspection and supervision"),
    (
        "P06",
        "县委组织部部长",
        "Head of the Organisation Department",
        "party",
        "组织、人才、老干部工作",
        "organisation, talent, retired cadres",
    ),
    (
        "P07",
        "县委宣传部部长",
        "Head of the Publicity Department",
        "party",
        "宣传思想文化、网信",
        "publicity, culture, internet affairs",
    ),
    (
        "P08",
        "县委政法委书记",
        "Secretary of the Political and Legal Commission",
        "party",
        "政法、信访、社会稳定",
        "justice, petitions, social stability",
    ),
    (
        "P09",
        "县委统战部部长",
        "Head of the United Front Department",
        "party",
        "统一战线、民族宗教、工商联",
        "united front, ethnic and religious affairs, industry and commerce",
    ),
    (
        "P10",
        "副县长（教育卫生）",
        "Deputy Magistrate (education, health)",
        "government",
        "教育、卫生健康、医疗保障、体育",
        "education, health, medical insurance, sport",
    ),
    (
        "P11",
        "副县长（农业水利）",
        "Deputy Magistrate (agriculture, water)",
        "government",
        "农业农村、水利、林业、乡村振兴",
        "agriculture, water, forestry, rural revitalisation",
    ),
    (
        "P12",
        "副县长（城建交通）",
        "Deputy Magistrate (construction, transport)",
        "government",
        "住房城乡建设、自然资源、交通运输、城市管理",
        "housing and construction, natural resources, transport, city management",
    ),
    (
        "P13",
        "副县长（工业商务）",
        "Deputy Magistrate (industry, commerce)",
        "government",
        "工业和信息化、商务、市场监管、招商引资",
        "industry, commerce, market regulation, investment",
    ),
    (
        "P14",
        "副县长（公安司法）",
        "Deputy Magistrate (public security)",
        "government",
        "公安、司法行政、退役军人事务",
        "public security, justice administration, veterans",
    ),
    (
        "P15",
        "副县长（民政人社）",
        "Deputy Magistrate (civil affairs, employment)",
        "government",
        "民政、人力资源和社会保障、残联",
        "civil affairs, human resources and social security, disabled persons",
    ),
]
STEMS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰"

DEPARTMENTS = [
    ("D01", "澄河县信访局", "Petition Bureau", "bureau"),
    ("D02", "县委办公室", "Office of the County Party Committee", "party_office"),
    ("D03", "县政府办公室", "Office of the County Government", "government_office"),
    ("D04", "县信访工作联席会议办公室", "Office of the Joint Meeting on Petition Work", "joint_meeting"),
    *(
        (f"D{number:02}", name, name_en, "department")
        for number, (name, name_en) in enumerate(
            [
                ("县发展和改革局", "Development and Reform Bureau"),
                ("县教育局", "Education Bureau"),
                ("县工业和信息化局", "Industry and Information Technology Bureau"),
                ("县公安局", "Public Security Bureau"),
                ("县民政局", "Civil Affairs Bureau"),
                ("县司法局", "Justice Bureau"),
                ("县财政局", "Finance Bureau"),
                ("县人力资源和社会保障局", "Human Resources and Social Security Bureau"),
                ("县自然资源和规划局", "Natural Resources and Planning Bureau"),
                ("县生态环境分局", "Ecology and Environment Branch"),
                ("县住房和城乡建设局", "Housing and Construction Bureau"),
                ("县交通运输局", "Transport Bureau"),
                ("县水利局", "Water Resources Bureau"),
                ("县农业农村局", "Agriculture and Rural Affairs Bureau"),
                ("县商务局", "Commerce Bureau"),
                ("县文化和旅游局", "Culture and Tourism Bureau"),
                ("县卫生健康局", "Health Bureau"),
                ("县退役军人事务局", "Veterans Affairs Bureau"),
                ("县应急管理局", "Emergency Management Bureau"),
                ("县审计局", "Audit Bureau"),
                ("县市场监督管理局", "Market Regulation Bureau"),
                ("县统计局", "Statistics Bureau"),
                ("县医疗保障局", "Medical Insurance Bureau"),
                ("县城市管理局", "City Management Bureau"),
                ("县林业局", "Forestry Bureau"),
                ("县残疾人联合会", "Disabled Persons' Federation"),
            ],
            start=5,
        )
    ),
]
TOWNSHIPS = [
    ("城关镇", "Chengguan Town"), ("东河镇", "Donghe Town"), ("西岭镇", "Xiling Town"), ("南湖镇", "Nanhu Town"), ("北塘镇", "Beitang Town"),
    ("青石镇", "Qingshi Town"), ("柳林镇", "Liulin Town"), ("白沙镇", "Baisha Town"), ("红旗镇", "Hongqi Town"), ("三河镇", "Sanhe Town"),
    ("龙泉乡", "Longquan Township"), ("双桥乡", "Shuangqiao Township"), ("大湾乡", "Dawan Township"), ("石门乡", "Shimen Township"),
    ("高坪乡", "Gaoping Township"), ("望山街道", "Wangshan Subdistrict"), ("临水街道", "Linshui Subdistrict"),
]  # fmt: skip

PLACES = [
    ("HALL", "人民来访接待中心一楼接访室", "Reception Room, People's Reception Centre", "澄河县人民路66号", "66 Renmin Road, Chenghe County"),
    ("HALL2", "人民来访接待中心二楼联合接访厅", "Joint Reception Hall, People's Reception Centre", "澄河县人民路66号", "66 Renmin Road, Chenghe County"),
]  # fmt: skip

ABSENCES = [
    # leader, first day, last day, kind
    ("L02", (2024, 3, 11), (2024, 3, 20), "meeting"),
    ("L07", (2024, 7, 10), (2024, 7, 19), "training"),
    ("L10", (2025, 1, 13), (2025, 1, 17), "business_trip"),
    ("L01", (2025, 6, 12), (2025, 6, 20), "training"),
    ("L13", (2025, 11, 10), (2025, 11, 19), "business_trip"),
    ("L05", (2026, 4, 13), (2026, 4, 17), "meeting"),
    ("L12", (2026, 12, 14), (2026, 12, 18), "business_trip"),
    ("L08", (2027, 3, 8), (2027, 3, 19), "training"),
    ("L02", (2027, 6, 14), (2027, 6, 18), "meeting"),
]
# The month whose planned leader was called away late, the rotation, and the kind of reason.
SUBSTITUTED = [
    (Month(2024, 2), "R2", "meeting"),
    (Month(2024, 6), "R1", "business_trip"),
    (Month(2024, 9), "R2", "illness"),
    (Month(2025, 3), "R2", "business_trip"),
    (Month(2025, 8), "R1", "meeting"),
    (Month(2025, 12), "R2", "meeting"),
    (Month(2026, 5), "R2", "business_trip"),
    (Month(2026, 10), "R2", "training"),
]
ACCOUNTS = [
    ("demo-clerk", "登记员甲", "clerk", "D01", ""),
    ("demo-chief", "信访局局长甲", "chief", "D01", ""),
    ("demo-coordinator", "协调员甲", "coordinator", "D01", ""),
    ("demo-party-office", "县委办干部甲", "party_office", "D02", ""),
    ("demo-government-office", "县政府办干部甲", "government_office", "D03", ""),
    ("demo-joint-office", "联席办干部甲", "joint_office", "D04", ""),
    ("demo-party-secretary", "县委书记甲", "leader", "", "L01"),
    ("demo-leader", "县长乙", "leader", "", "L02"),
    ("demo-secretary", "秘书甲", "secretary", "", "L01"),
    ("demo-secretary", "秘书甲", "secretary", "", "L02"),
    ("demo-officer", "住建局干部甲", "officer", "D15", ""),
    ("demo-department-head", "住建局局长甲", "department_head", "D15", ""),
    ("demo-labour-officer", "人社局干部甲", "officer", "D12", ""),
    ("demo-labour-head", "人社局局长甲", "department_head", "D12", ""),
    ("demo-reviewer", "复查复核干部甲", "reviewer", "", ""),
    ("demo-auditor", "审计员甲", "auditor", "", ""),
    ("demo-security", "安全管理员甲", "security_admin", "", ""),
]
