"""What does not come from the dice: estates, how often which fault comes up, and the words people write."""

from dataclasses import dataclass

from estate_app.repair.models import Trade, Urgency
from estate_app.repair.seed import Leaf


@dataclass(frozen=True, slots=True)
class EstatePlan:
    """One fictional estate; the coordinates (WGS-84) are a plausible empty spot."""

    code: str
    name: str
    address: str
    buildings: int
    latitude: float
    longitude: float
    property_price_e4: int
    water: str


ESTATES = (
    EstatePlan("CH", "翠湖花园", "翠湖路 88 号", 16, 30.5148, 114.3952, 28_000, "tiered"),
    EstatePlan("FL", "枫林雅苑", "枫林大道 12 号", 13, 30.5423, 114.3581, 23_500, "tiered"),
    EstatePlan("HT", "海棠里", "海棠街 6 号", 11, 30.4876, 114.4207, 19_000, "tiered"),
)


@dataclass(frozen=True, slots=True)
class Habit:
    """How a kind of fault of the tree in `repair.seed` comes up.

    Its share, in `months` the weight of January to December, what people write and what was done, and the materials that it takes.
    """

    code: str
    weight: int
    texts: tuple[tuple[str, str], ...]
    months: str = "555555555555"
    stock: tuple[str, ...] = ()


HABITS: tuple[Habit, ...] = (
    Habit("pipe_leak", 22, (
            ("厨房水槽下方漏水，角阀处一直滴水，地柜底板已经泡湿", "更换角阀及密封圈，试水不漏"),
            ("卫生间马桶进水管接口渗水，地上有积水", "更换进水软管，接口重新密封"),
            ("阳台水龙头关不紧，一直在滴水", "更换水龙头阀芯"),
            ("热水器下面的管子漏水，已经先关了总阀", "更换不锈钢波纹管，试压正常"),
            ("主卧卫生间天花板滴水，怀疑是楼上漏的", "排查为楼上排水管接头渗水，已重新胶接"),
        ), months="566667766555", stock=("valve15", "hose40", "tape")),
    Habit("power_light", 19, (
            ("客厅跳闸，推上去过一会儿又跳，全屋断电", "更换漏电保护器，逐路测试绝缘正常"),
            ("厨房插座没电，其他房间正常", "插座接线松脱，已重新压接"),
            ("书房吸顶灯一闪一闪，换了灯泡也一样", "更换驱动电源"),
            ("卫生间开关按下去有火花，不敢用了", "更换开关面板"),
            ("玄关感应灯不亮，晚上进门看不清", "更换感应头"),
        ), months="655556776556", stock=("rcd", "socket5", "led12")),
    Habit("drain_blocked", 15, (
            ("厨房下水很慢，洗碗时水会反上来", "机械疏通，清出油垢"),
            ("卫生间地漏堵了，洗澡积水漫到门口", "疏通地漏并更换地漏芯"),
            ("马桶冲不下去，水位一直很高", "疏通马桶，取出异物"),
            ("阳台洗衣机排水往外冒", "疏通排水支管"),
        ), months="555556665555", stock=("drain_kit",)),
    Habit("door_lock", 14, (
            ("入户门锁打不开，钥匙插进去转不动", "更换锁芯，三把钥匙已交业主"),
            ("卧室窗户关不严，刮风时有响声", "更换密封条并调整执手"),
            ("阳台推拉门卡住推不动", "更换滑轮，轨道清理上油"),
            ("厨房纱窗掉下来了，怕砸到人", "重新安装并加固"),
        ), stock=("lock_core", "hinge")),
    Habit("wall_seepage", 9, (
            ("主卧外墙渗水，下雨后墙皮起泡脱落", "外墙裂缝注胶，室内防潮处理"),
            ("客厅窗边墙面返潮发黑", "窗框打胶并做防水"),
            ("卫生间隔墙起皮，另一面是衣柜", "排查为淋浴区防水失效，局部重做"),
        ), months="344467865433", stock=("sealant",)),
    Habit("air_heat", 14, (
            ("卧室空调不制热，吹出来是凉风", "清洗过滤网，补充冷媒，制热正常"),
            ("客厅空调漏水，滴到地板上", "疏通冷凝水管"),
            ("地暖有一路不热，其他房间正常", "分集水器排气，阀门重新平衡"),
            ("中央空调面板不亮，没法开机", "更换温控面板"),
        ), months="733347986348", stock=("air_filter",)),
    Habit("intercom", 6, (
            ("室内对讲没有声音，快递按门铃听不到", "更换听筒模块"),
            ("对讲屏幕花屏，看不清访客", "重新插接排线，画面恢复"),
        )),
    Habit("lift", 5, (
            ("电梯运行时抖动明显，到站不平层", "调整导靴和平层感应器"),
            ("电梯按了没反应，停在一楼", "复位门机变频器，运行正常"),
            ("电梯门关一半又打开，反复好几次", "清理地坎异物，更换光幕"),
        )),
    Habit("public_light", 6, (("车库顶灯不亮，停车位附近很暗", "更换灯管两支"), ("楼道声控灯坏了，晚上看不见", "更换声控模块")),
        months="655555555667", stock=("led12",)),
    Habit("gate", 4, (("单元门禁失灵，刷卡没反应，门一直敞着", "更换读头并重新授权"), ("车库道闸抬不起来", "更换道闸遥控接收板"))),
    Habit("fire", 2, (("楼道消防栓箱门掉了", "更换箱门铰链"), ("应急灯不亮，指示牌脱落", "更换应急灯电池并固定指示牌"))),
    Habit("ground", 3, (("步道地砖松动，下雨踩上去溅水", "重新铺贴并夯实"), ("井盖有异响，车压过去很吵", "更换井盖胶圈")),
        months="445566665544"),
    Habit("other_home", 5, (("晾衣架摇不下来，手柄空转", "更换钢丝绳"), ("橱柜门合页坏了，门关不上", "更换合页两副"))),
    Habit("other_public", 2, (("儿童滑梯有一颗螺丝松了", "重新紧固并检查整套设施"), ("绿化带喷头折断，水一直流", "更换喷头"))),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CategoryPlan:
    """A kind of fault with how it comes up."""

    leaf: Leaf
    is_public: bool
    habit: Habit

    @property
    def code(self) -> str:
        """The code of the kind."""
        return self.leaf.code

    @property
    def urgency(self) -> Urgency:
        """How urgent it usually is."""
        return self.leaf.urgency

    @property
    def trade(self) -> Trade:
        """Whose work it is."""
        return self.leaf.trade

    @property
    def level(self) -> int:
        """The level that it needs."""
        return self.leaf.level

    @property
    def minutes(self) -> int:
        """How long it usually takes."""
        return self.leaf.minutes


HOT_SPOT_BUILDING = "5"
HOT_SPOT_CATEGORY = "drain_blocked"
"""Where the first estate's main drain is failing: far more blockages than chance, for the analytics to find."""

AREAS = ("南门门岗", "北门门岗", "B1 车库", "中心花园", "儿童乐园")

PRAISE = ("师傅很准时，干活利索", "问题一次解决，谢谢", "态度好，走的时候还把地面擦干净了", "比预计的快", "讲解得很清楚", "很专业")
COMPLAINTS = ("来得太晚，等了一下午", "修完第二天又坏了", "电话里说话不太客气", "地上弄脏了没有收拾")
REPLIES = ("感谢认可，有问题随时联系。", "抱歉给您添麻烦了，已和调度核对时间。", "收到，返修不收费，我会尽快上门。")
ANNOUNCEMENTS: tuple[tuple[str, str, str, int, int, int], ...] = (
    ("water", "3栋清洗水箱，暂停供水", "清洗期间 3 栋各单元停水，请提前储水。恢复供水后请先放水一分钟再使用。", 3, 9, 3),
    ("lift", "2单元电梯年检", "年检期间 2 单元货梯停用，客梯正常运行。", 2, 14, 2),
    ("activity", "周日义务磨刀、量血压", "地点在中心花园东侧，自带刀具请包好刀刃。", 4, 9, 3),
)
