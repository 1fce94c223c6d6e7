"""What a county begins with until it changes it: kinds of matters, and the right-path guide. Pure data.

Sources: Regulations on Petition Work (2022), art. 17, 24–30, 31–36; Civil Procedure Law; Law on Mediation and Arbitration of Labour
Disputes, art. 27 (one year); Administrative Reconsideration Law (2023), art. 20 (60 days); Administrative Procedure Law, art. 46.
"""

from collections.abc import Iterable, Mapping
from typing import Any

# code, name, English, words of a leader's portfolio, words of a department's name
TOPICS = (
    ("housing", "住房与城乡建设", "Housing and construction", "住房、城乡建设、城建、住建", "住房和城乡建设"),
    ("land", "土地、规划与征收", "Land, planning and expropriation", "自然资源、规划、土地、征收", "自然资源"),
    ("rural", "农业农村", "Agriculture and rural affairs", "农业、农村、乡村振兴", "农业农村"),
    ("water", "水利与防汛", "Water and flood control", "水利、防汛", "水利"),
    ("work", "劳动、工资与社会保险", "Work, wages and social insurance", "人力资源、社会保障、劳动", "人力资源"),
    ("education", "教育", "Education", "教育", "教育"),
    ("health", "医疗卫生", "Health care", "卫生、健康", "卫生健康"),
    ("insurance", "医疗保险", "Medical insurance", "医疗保障、医保", "医疗保障"),
    ("welfare", "救助、养老与残疾人", "Welfare, the elderly, disabled persons", "民政、养老、残联", "民政"),
    ("transport", "交通与道路", "Transport and roads", "交通、道路", "交通运输"),
    ("city", "城市管理与物业", "City management and property management", "城市管理、物业", "城市管理"),
    ("environment", "环境与污染", "Environment and pollution", "生态环境、环保", "生态环境"),
    ("police", "治安与户籍", "Public security and household registration", "公安、治安", "公安"),
    ("market", "消费与市场监管", "Consumers and market regulation", "市场监管、商务", "市场监督"),
    ("veterans", "退役军人", "Veterans", "退役军人", "退役军人"),
    ("other", "其他", "Other", "", ""),
)

GUIDE: tuple[Mapping[str, Any], ...] = (
    {
        "code": "urgent",
        "kind": "urgent",
        "question": "有人正处在危险中",
        "question_en": "Somebody is in danger now",
        "applies": "正在发生的火灾、事故、伤害、急病，或有人要伤害自己、伤害别人。",
        "applies_en": "A fire, an accident, violence or sudden illness now, or somebody about to harm themselves or others.",
        "body": "报警 110、火警 119、急救 120",
        "body_en": "Police 110, fire 119, ambulance 120",
        "how": "立即拨打电话，说清地点和发生了什么。\n说不出话或不便通话时，可发短信到 12110 报警。",
        "how_en": "Call at once; say where you are and what is happening.\nIf you can't speak, send a text message to 12110.",
        "by_when": "现在就打，不要等接访日。",
        "by_when_en": "Call now. Do not wait for a reception day.",
    },
    {
        "code": "court",
        "question": "我和别人有纠纷，想请法院判，或者案子已经在法院、检察院、公安",
        "question_en": "I have a dispute for a court to decide, or the case is with a court, procurator or the police already",
        "applies": "借款、合同、继承、离婚、赔偿等纠纷；不服判决或裁定；执行不到位；刑事案件。",
        "applies_en": "Debts, contracts, inheritance, divorce, damages; a judgment you disagree with or that is not enforced; criminal cases.",
        "body": "人民法院（诉讼服务中心 12368）；刑事案件找办案的公安、检察机关（检察服务 12309）",
        "body_en": "The people's court (12368); for criminal cases the police or procuratorate in charge (12309)",
        "place": "县人民法院诉讼服务中心",
        "place_en": "Litigation service centre of the county court",
        "how": "准备起诉状、身份证和证据。\n到诉讼服务中心立案，或在人民法院在线服务平台网上立案。\n请不起律师的，可向县法律援助中心申请（12348）。\n不服一审判决的，向上一级法院上诉。",
        "how_en": "Prepare a statement of claim, your ID card and your evidence.\nFile at the litigation service centre or online.\nIf you can't afford a lawyer, ask for legal aid (12348).\nAgainst a first judgment, appeal to the next higher court.",
        "by_when": "一般民事纠纷应在知道权利受损之日起三年内起诉；不服一审判决的，收到判决书之日起十五日内上诉，不服裁定的十日内。",
        "by_when_en": "Civil claims: as a rule within three years of knowing of the harm. Appeals: 15 days from a judgment, 10 days from an order.",
    },
    {
        "code": "labour",
        "question": "单位欠我工资、不交社保、违法辞退，或有工伤待遇争议",
        "question_en": "My employer owes wages or insurance, dismissed me unlawfully, or disputes a work injury",
        "applies": "与用人单位之间的劳动争议。拖欠工资也可以先向劳动监察投诉。",
        "applies_en": "Disputes with an employer. For unpaid wages you can also complain to the labour inspectorate first.",
        "body": "县劳动人事争议仲裁委员会；拖欠工资找劳动保障监察（12333）",
        "body_en": "Labour arbitration commission; for unpaid wages the labour inspectorate (12333)",
        "how": "准备仲裁申请书、身份证、劳动合同、工资记录等。\n向合同履行地或单位所在地的仲裁委员会申请，不收费。\n不服裁决的，收到裁决书之日起十五日内向法院起诉。",
        "how_en": "Prepare an application, your ID card, contract and pay records.\nApply where you worked or where the employer is; it is free.\nIf you disagree with the award, sue within 15 days of receiving it.",
        "by_when": "一般应在知道权利受损之日起一年内申请；在职期间拖欠工资不受此限，离职的从离职之日起一年内。",
        "by_when_en": "Within one year of knowing of the harm; for wages owed, within one year of leaving the job.",
    },
    {
        "code": "review",
        "question": "我不服行政机关的决定，例如处罚、征收、不予许可",
        "question_en": "I disagree with a decision of an authority: a fine, an expropriation, a refused permit",
        "applies": "收到行政机关对自己作出的处罚、强制、许可、征收补偿、信息公开等决定。",
        "applies_en": "A decision about you: a penalty, enforcement, a permit, expropriation or compensation, access to information.",
        "body": "县人民政府（行政复议由县司法局办理）",
        "body_en": "County government (administrative reconsideration, at the Justice Bureau)",
        "how": "写明不服什么决定、理由和请求，附决定书复印件和身份证。\n当面、邮寄或网上提交复议申请，不收费。\n也可以直接向人民法院提起行政诉讼；法律规定须先复议的除外。",
        "how_en": "Write which decision, why, and what you ask for; add copies of it and of your ID card.\nHand in, post or file online; it is free.\nOr sue in court directly, unless the law asks for reconsideration first.",
        "by_when": "知道决定之日起六十日内申请复议；直接起诉的，六个月内。",
        "by_when_en": "Reconsideration: within 60 days of learning of the decision. Suing directly: within six months.",
    },
    {
        "code": "discipline",
        "question": "我要检举党员、干部违纪违法",
        "question_en": "I want to report misconduct or corruption of an official",
        "applies": "贪污受贿、以权谋私、违反党纪等。对工作有意见、要求解决问题的，可以继续预约。",
        "applies_en": "Corruption, abuse of office, breaches of Party discipline. For a problem you want solved, go on and book.",
        "body": "县纪委监委（举报电话 12388）",
        "body_en": "Discipline and supervision commission (12388)",
        "how": "拨打 12388，或登录 www.12388.gov.cn，也可以写信或当面举报。\n说清被举报人的单位、职务和具体事实；可以要求为您保密。",
        "how_en": "Call 12388, use www.12388.gov.cn, write, or go in person.\nSay the official's unit and post and the facts; you may ask for confidentiality.",
        "by_when": "没有期限，越早越好。",
        "by_when_en": "No time limit; the sooner the better.",
        "caution": "请不要在这里填写检举的细节：本网站的内容信访部门的工作人员可以看到。",
        "caution_en": "Please do not write details of a report here: staff of the petition bureau can read what is entered on this site.",
    },
    {
        "code": "handling",
        "kind": "track",
        "question": "我的事已经受理，正在办理，还没到期限",
        "question_en": "My matter has been accepted and is being handled within its time limit",
        "applies": "已收到受理告知、还没收到处理意见的。",
        "applies_en": "You have been told it was accepted and have no written opinion yet.",
        "body": "正在办理的单位",
        "body_en": "The body that handles it",
        "how": "凭编号和查询码查看谁在办、办到哪一步、什么时候到期。\n有新情况或新证据，可以补充给办理单位。\n到期没有答复的，请继续预约。",
        "how_en": "With your number and code, see who has it, how far it is and until when.\nGive new facts or evidence to the body that handles it.\nIf the limit has passed without an answer, go on and book.",
        "by_when": "一般自受理之日起六十日内办结；情况复杂的可延长不超过三十日，并告知理由。",
        "by_when_en": "As a rule 60 days from acceptance; up to 30 days longer if complex, with the reason told to you.",
    },
    {
        "code": "opinion",
        "kind": "track",
        "question": "我收到了处理意见，不服",
        "question_en": "I have a written opinion and disagree with it",
        "applies": "收到信访处理意见书或复查意见书，在三十日之内的。",
        "applies_en": "You received a handling or review opinion within the last 30 days.",
        "body": "作出意见的单位的上一级行政机关",
        "body_en": "The authority one level above the one that gave the opinion",
        "how": "在网上凭编号和查询码就可以申请，并能打印填好的申请书；或者写复查（复核）申请，附上处理意见书和身份证复印件。\n交给意见书上写明的复查（复核）单位。",
        "how_en": "Ask online with your number and tracking code, and print the filled-in request; or write a request for review (re-review) and add copies of the opinion and of your ID card.\nHand it to the body named in the opinion.",
        "by_when": "收到处理意见之日起三十日内请求复查；收到复查意见之日起三十日内请求复核。",
        "by_when_en": "Review: within 30 days of receiving the opinion. Re-review: within 30 days of the review opinion.",
    },
    {
        "code": "concluded",
        "question": "我的事已经复核终结",
        "question_en": "My matter ended with a re-review",
        "applies": "收到了复核意见书。",
        "applies_en": "You have a re-review opinion.",
        "body": "原办理单位所在的乡镇（街道）、部门",
        "body_en": "The township or department that handled it",
        "how": "按《信访工作条例》，对复核意见仍不服、以同一事实和理由再提出的，不再受理。\n有新的事实或新的证据，请带上材料到窗口说明，按新的事项登记。\n生活有困难的，可以向户籍所在地的乡镇（街道）申请救助。",
        "how_en": "Under the Regulations the same facts and reasons are not taken up again after a re-review.\nIf you have new facts or evidence, bring them to the counter: that is a new matter.\nIf you are in need, ask your township for assistance.",
    },
)


def guide() -> list[dict[str, Any]]:
    """The rows of the guide, in order."""
    return [{**step, "position": position} for position, step in enumerate(GUIDE, start=1)]


def topics(departments: Iterable[Any]) -> list[dict[str, Any]]:
    """The kinds of matters, in order, each with the first of the county's departments whose name says it; none for the others."""
    there = list(departments)
    rows = []
    for position, (code, name, name_en, words, of) in enumerate(TOPICS, start=1):
        found = next((unit for unit in there if of and of in unit.name), None)
        rows.append({"code": code, "name": name, "name_en": name_en, "words": words, "department": found, "position": position})
    return rows
