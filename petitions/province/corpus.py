"""A million matters of a county that does not exist, in the words such matters are written in. Deterministic for a seed.

Frequent pairs of characters (反映, 问题) stand in most texts, as they do in life; the tail is made of place names and of words drawn from
the 3,755 common characters of GB 2312 by Zipf's law, so that rare pairs and never-seen neighbours occur too.
"""

import random
from collections.abc import Iterator
from itertools import accumulate

OPENINGS = """反映|来信反映|信访人反映|群众反映|本人反映|我是一名普通村民，现反映|尊敬的领导：我要反映|关于|现就以下问题向组织反映：|多次到有关部门反映无果，现再次反映
强烈要求解决|恳请领导关注|我们全体业主联名反映|我代表全组村民反映""".replace("\n", "|").split("|")
SUBJECTS = {
    "住房与城建": """小区楼道长期漏水无人维修|物业公司乱收停车费|房屋拆迁补偿款至今没有发放|安置房迟迟不交付使用|房产证办理多年没有结果|违章搭建堵塞消防通道
开发商虚假宣传学区房|电梯经常出现故障|外墙瓷砖脱落存在安全隐患|老旧小区改造质量低劣|公共维修基金去向不明|自来水水压不足|暖气管道爆裂多次报修无果""",
    "国土与征地": """征地补偿标准不公开|承包地被强行占用|宅基地审批手续被拖延|土地确权面积与实际不符|青苗补偿费被克扣|耕地被非法占用建厂房
村集体土地租金没有分配|林权证界址不清引发纠纷|复垦土地无法耕种|土地流转合同到期不归还""",
    "劳动与社保": """拖欠农民工工资三十余万元|公司没有依法缴纳社会保险|工伤认定申请被退回|退休养老金计算有误|解除劳动合同不给经济补偿|高温津贴没有发放
失业保险金申领被拒绝|医疗保险报销比例偏低|劳务派遣人员同工不同酬|企业改制职工安置方案没有兑现""",
    "教育": """学校违规收取课后服务费|教师体罚学生|义务教育阶段划片招生不公平|幼儿园伙食质量差|校车超员行驶|代课教师待遇没有落实|校外培训机构卷款跑路
学校操场塑胶跑道气味刺鼻|学籍转接手续办理困难""",
    "卫生与医疗": """医院乱收检查费|村卫生室长期关门|医疗纠纷赔偿协商不成|疫苗接种预约困难|新农合报销材料反复补交|救护车出车不及时|诊所无证经营|药店销售过期药品""",
    "环保": """养殖场污水直排河道|采石场粉尘污染严重|化工厂夜间偷排废气|垃圾填埋场臭味扰民|餐饮油烟直排居民楼|工地夜间施工噪声扰民|河道采砂破坏堤坝|饮用水源地附近堆放垃圾""",
    "交通": """村道破损多年无人修复|红绿灯设置不合理经常拥堵|公交线路调整后出行不便|货车超载碾压乡村道路|路灯长期不亮|学校门口没有减速带|农村客运班车停运|桥梁护栏损坏""",
    "农业与水利": """农业补贴没有足额发放|灌溉水渠淤塞|假种子造成减产绝收|水库移民后期扶持资金没有到位|机井损坏无法浇地|高标准农田项目质量差|生猪防疫不力损失严重|自来水管网没有通到村""",
    "村务与干部作风": """村委会财务长期不公开|低保评定优亲厚友|村干部截留扶贫款|工作人员态度生硬推诿扯皮|村民代表会议记录造假|集体资产低价出租|危房改造名额被冒领|换届选举程序不合规""",
    "民政与优抚": """残疾人补贴停发|退伍军人优抚待遇没有落实|孤寡老人无人照料|临时救助申请没有答复|公墓价格过高|婚姻登记信息错误无法更正|五保供养标准偏低""",
    "公安与司法": """报案后迟迟不予立案|交通事故责任认定不服|电信诈骗损失追回困难|户口迁移被拒绝办理|邻里打架处理不公|赌博窝点屡禁不止|法院判决长期得不到执行""",
    "市场与金融": """预付卡商家跑路|超市销售变质食品|网络购物退款困难|非法集资本金无法收回|银行理财亏损没有风险提示|加油站计量不准|保险公司拖延理赔""",
}
LINKS = [
    "以来",
    "之后",
    "至今",
    "期间",
    "多次",
    "今年",
    "去年",
    "前年",
    "目前",
    "由于",
    "因为",
    "虽然",
    "但是",
    "而且",
    "同时",
    "另外",
    "其中",
    "根据",
    "按照",
    "经",
    "对此",
    "为此",
]
DEEDS = """多次向镇政府反映，一直没有得到解决|曾向村委会反映，村干部答复说没有办法|拨打了热线电话，工作人员让等通知|到信访局登记过，至今没有收到书面答复
与对方协商多次没有结果|有关部门互相推诿|相关证据材料已经提交|邻居可以作证|附照片和合同复印件|严重影响了群众的正常生活|给家庭造成了很大的经济损失|群众意见很大
派出所已经出警并做了笔录|县里的文件规定得很清楚|当时承诺三个月内解决|现在负责人换了，新的负责人不认账|村里有二十多户都是这种情况|老人身体不好，行动不便
孩子上学受到影响|施工单位已经撤场|合同上写得明明白白|对方拒绝承认|多年来一直如此|情况属实，请调查核实""".replace("\n", "|").split(
    "|"
)
WISHES = """要求尽快解决|请求依法依规处理|希望有关部门调查核实并给予答复|要求发放补偿款|要求停止侵权、恢复原状|请求公开相关信息|要求追究有关人员责任|希望维修并保证质量
要求按照规定缴纳社会保险|请求给予临时救助|希望领导重视，督促落实|要求退还多收的费用|请求重新认定|希望改善群众出行条件|要求治理污染|请求协调解决办证问题""".replace(
    "\n", "|"
).split("|")
PLACE_ENDINGS = ["村", "社区", "小区", "镇", "街道", "组", "路", "花园", "工业园", "水库"]


def common_characters() -> list[str]:
    """The first level of GB 2312: 3,755 characters, in its order."""
    pairs = ((first, second) for first in range(0xB0, 0xD8) for second in range(0xA1, 0xFF))
    return [bytes(pair).decode("gb2312") for pair in pairs if pair < (0xD7, 0xFA)]


class Corpus:
    """Texts one after another, always the same for a seed."""

    def __init__(self, seed: int = 1) -> None:
        self.chance = random.Random(seed)  # noqa: S311  repeatable, no secret
        characters = common_characters()
        self.chance.shuffle(characters)
        weights = list(accumulate(1 / (rank + 20) for rank in range(len(characters))))

        def word(size: int) -> str:
            return "".join(self.chance.choices(characters, cum_weights=weights, k=size))

        self.words = [word(self.chance.choice((1, 2, 2, 2, 3, 4))) for _ in range(40_000)]
        self.word_weights = list(accumulate(1 / (rank + 5) for rank in range(len(self.words))))
        self.places = [word(2) + self.chance.choice(PLACE_ENDINGS) for _ in range(3_000)]
        self.place_weights = list(accumulate(1 / (rank + 10) for rank in range(len(self.places))))
        self.subjects = {topic: text.replace("\n", "|").split("|") for topic, text in SUBJECTS.items()}
        self.topics = list(self.subjects)

    def texts(self) -> Iterator[tuple[int, str, str]]:
        """The topic's position, the matter and the wish."""
        chance, choice = self.chance, self.chance.choice
        while True:
            topic = chance.randrange(len(self.topics))
            place, other = chance.choices(self.places, cum_weights=self.place_weights, k=2)
            tail = "".join(chance.choices(self.words, cum_weights=self.word_weights, k=chance.randint(6, 22)))
            said = [f"{choice(OPENINGS)}{place}{choice(self.subjects[self.topics[topic]])}的问题"]
            said += [
                choice(DEEDS) if chance.random() < 0.8 else choice(self.subjects[choice(self.topics)])
                for _ in range(chance.randint(1, 5))
            ]
            cut = len(tail) // 2
            said.insert(1, f"{choice(LINKS)}{tail[:cut]}{other}{chance.randint(1, 60)}户")
            said.append(f"自{chance.randint(2008, 2026)}年{chance.randint(1, 12)}月{tail[cut:]}")
            yield topic, "，".join(said) + "。", choice(WISHES) + (f"，{choice(WISHES)}。" if chance.random() < 0.5 else "。")
