"""What does not come from the dice: estates, categories, materials, fee items and the words people write."""

from dataclasses import dataclass

from estate_app.repair.models import Trade, Urgency


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
class CategoryPlan:
    """One leaf of the category tree: promises in working minutes, `months` the weight of January to December, `daily` the share."""

    code: str
    name: str
    name_en: str
    icon: str
    trade: Trade
    minutes: int
    weight: int
    texts: tuple[tuple[str, str], ...]
    is_public: bool = False
    urgency: Urgency = Urgency.normal
    level: int = 1
    respond: int = 120
    complete: int = 1440
    is_paid: bool = False
    months: str = "555555555555"
    stock: tuple[str, ...] = ()


_T, _U = Trade, Urgency
TREE: tuple[tuple[str, str, str, str, tuple[CategoryPlan, ...]], ...] = (
    (
        "water_power", "水电维修", "Water and power", "droplets",
        (
            CategoryPlan(
                "pipe_leak", "水管漏水", "Leaking pipe", "droplets", _T.plumbing, 60, 22,
                (
                    ("厨房水槽下方漏水，角阀处一直滴水，地柜底板已经泡湿", "更换角阀及密封圈，试水不漏"),
                    ("卫生间马桶进水管接口渗水，地上有积水", "更换进水软管，接口重新密封"),
                    ("阳台水龙头关不紧，一直在滴水", "更换水龙头阀芯"),
                    ("热水器下面的管子漏水，已经先关了总阀", "更换不锈钢波纹管，试压正常"),
                    ("主卧卫生间天花板滴水，怀疑是楼上漏的", "排查为楼上排水管接头渗水，已重新胶接"),
                ),
                urgency=_U.high, respond=30, complete=480, level=2, months="566667766555", stock=("valve", "hose", "tape"),
            ),
            CategoryPlan(
                "power_light", "电路照明", "Power and light", "zap", _T.electrical, 50, 19,
                (
                    ("客厅跳闸，推上去过一会儿又跳，全屋断电", "更换漏电保护器，逐路测试绝缘正常"),
                    ("厨房插座没电，其他房间正常", "插座接线松脱，已重新压接"),
                    ("书房吸顶灯一闪一闪，换了灯泡也一样", "更换驱动电源"),
                    ("卫生间开关按下去有火花，不敢用了", "更换开关面板"),
                    ("玄关感应灯不亮，晚上进门看不清", "更换感应头"),
                ),
                urgency=_U.high, respond=30, complete=480, level=2, months="655556776556", stock=("breaker", "socket", "lamp"),
            ),
            CategoryPlan(
                "drain_blocked", "下水堵塞", "Blocked drain", "shower-head", _T.plumbing, 45, 15,
                (
                    ("厨房下水很慢，洗碗时水会反上来", "机械疏通，清出油垢"),
                    ("卫生间地漏堵了，洗澡积水漫到门口", "疏通地漏并更换地漏芯"),
                    ("马桶冲不下去，水位一直很高", "疏通马桶，取出异物"),
                    ("阳台洗衣机排水往外冒", "疏通排水支管"),
                ),
                respond=60, complete=480, months="555556665555", stock=("drain",),
            ),
        ),
    ),
    (
        "house", "房屋修缮", "House repairs", "house",
        (
            CategoryPlan(
                "door_lock", "门窗锁具", "Doors, windows, locks", "door-open", _T.carpentry, 45, 14,
                (
                    ("入户门锁打不开，钥匙插进去转不动", "更换锁芯，三把钥匙已交业主"),
                    ("卧室窗户关不严，刮风时有响声", "更换密封条并调整执手"),
                    ("阳台推拉门卡住推不动", "更换滑轮，轨道清理上油"),
                    ("厨房纱窗掉下来了，怕砸到人", "重新安装并加固"),
                ),
                respond=60, complete=1440, is_paid=True, stock=("lock", "seal"),
            ),
            CategoryPlan(
                "wall_seepage", "墙面渗水", "Seeping wall", "paint-roller", _T.masonry, 120, 9,
                (
                    ("主卧外墙渗水，下雨后墙皮起泡脱落", "外墙裂缝注胶，室内防潮处理"),
                    ("客厅窗边墙面返潮发黑", "窗框打胶并做防水"),
                    ("卫生间隔墙起皮，另一面是衣柜", "排查为淋浴区防水失效，局部重做"),
                ),
                respond=120, complete=4320, level=2, months="344467865433", stock=("sealant",),
            ),
        ),
    ),
    (
        "equipment", "设备故障", "Equipment", "settings",
        (
            CategoryPlan(
                "air_heat", "空调暖通", "Heating and cooling", "wind", _T.hvac, 70, 14,
                (
                    ("卧室空调不制热，吹出来是凉风", "清洗过滤网，补充冷媒，制热正常"),
                    ("客厅空调漏水，滴到地板上", "疏通冷凝水管"),
                    ("地暖有一路不热，其他房间正常", "分集水器排气，阀门重新平衡"),
                    ("中央空调面板不亮，没法开机", "更换温控面板"),
                ),
                respond=120, complete=1440, level=2, is_paid=True, months="733347986348", stock=("filter",),
            ),
            CategoryPlan(
                "intercom", "门禁对讲", "Intercom", "phone", _T.electrical, 40, 6,
                (
                    ("室内对讲没有声音，快递按门铃听不到", "更换听筒模块"),
                    ("对讲屏幕花屏，看不清访客", "重新插接排线，画面恢复"),
                ),
                respond=120, complete=1440,
            ),
            CategoryPlan(
                "lift", "电梯故障", "Lift", "arrow-up", _T.lift, 90, 5,
                (
                    ("电梯运行时抖动明显，到站不平层", "调整导靴和平层感应器"),
                    ("电梯按了没反应，停在一楼", "复位门机变频器，运行正常"),
                    ("电梯门关一半又打开，反复好几次", "清理地坎异物，更换光幕"),
                ),
                is_public=True, urgency=_U.high, respond=15, complete=240, level=3,
            ),
        ),
    ),
    (
        "public", "公共设施", "Shared facilities", "building-2",
        (
            CategoryPlan(
                "public_light", "公共照明", "Shared lighting", "lightbulb", _T.electrical, 30, 6,
                (("车库顶灯不亮，停车位附近很暗", "更换灯管两支"), ("楼道声控灯坏了，晚上看不见", "更换声控模块")),
                is_public=True, respond=240, complete=2880, months="655555555667", stock=("lamp",),
            ),
            CategoryPlan(
                "gate", "门禁闸机", "Gates and doors", "lock", _T.electrical, 50, 4,
                (("单元门禁失灵，刷卡没反应，门一直敞着", "更换读头并重新授权"), ("车库道闸抬不起来", "更换道闸遥控接收板")),
                is_public=True, respond=120, complete=1440,
            ),
            CategoryPlan(
                "fire", "消防设施", "Fire safety", "fire-extinguisher", _T.general, 60, 2,
                (("楼道消防栓箱门掉了", "更换箱门铰链"), ("应急灯不亮，指示牌脱落", "更换应急灯电池并固定指示牌")),
                is_public=True, urgency=_U.high, respond=30, complete=1440,
            ),
            CategoryPlan(
                "ground", "道路地面", "Paths and paving", "footprints", _T.masonry, 90, 3,
                (("步道地砖松动，下雨踩上去溅水", "重新铺贴并夯实"), ("井盖有异响，车压过去很吵", "更换井盖胶圈")),
                is_public=True, respond=240, complete=4320, months="445566665544",
            ),
        ),
    ),
    (
        "other", "其他", "Other", "wrench",
        (
            CategoryPlan(
                "other_home", "其他问题", "Something else", "wrench", _T.general, 40, 5,
                (("晾衣架摇不下来，手柄空转", "更换钢丝绳"), ("橱柜门合页坏了，门关不上", "更换合页两副")),
                respond=240, complete=2880, is_paid=True,
            ),
            CategoryPlan(
                "other_public", "公共区域其他", "Something else outside", "tree-pine", _T.general, 40, 2,
                (("儿童滑梯有一颗螺丝松了", "重新紧固并检查整套设施"), ("绿化带喷头折断，水一直流", "更换喷头")),
                is_public=True, respond=240, complete=2880,
            ),
        ),
    ),
)  # fmt: skip

HOT_SPOT_BUILDING = "5"
HOT_SPOT_CATEGORY = "drain_blocked"
"""Where the first estate's main drain is failing: far more blockages than chance, for the analytics to find."""

STOCK: tuple[tuple[str, str, str, str, int], ...] = (
    ("valve", "三角阀", "Angle valve", "个", 3_500), ("hose", "不锈钢软管", "Steel hose", "根", 2_800),
    ("tape", "生料带", "Thread tape", "卷", 300),
    ("breaker", "漏电保护器", "Residual-current breaker", "个", 8_600), ("socket", "五孔插座", "Wall socket", "个", 1_900),
    ("lamp", "LED 灯管", "LED tube", "支", 2_200), ("drain", "地漏芯", "Floor drain insert", "个", 2_600),
    ("lock", "锁芯", "Lock cylinder", "套", 12_000),
    ("seal", "密封条", "Seal strip", "米", 450), ("sealant", "防水密封胶", "Sealant", "支", 3_200),
    ("filter", "空调滤网", "Air filter", "片", 4_500),
    ("hinge", "合页", "Hinge", "副", 800),
)  # fmt: skip

AREAS = ("南门门岗", "北门门岗", "B1 车库", "中心花园", "儿童乐园")

PRAISE = ("师傅很准时，干活利索", "问题一次解决，谢谢", "态度好，走的时候还把地面擦干净了", "比预计的快", "讲解得很清楚", "很专业")
COMPLAINTS = ("来得太晚，等了一下午", "修完第二天又坏了", "电话里说话不太客气", "地上弄脏了没有收拾")
REPLIES = ("感谢认可，有问题随时联系。", "抱歉给您添麻烦了，已和调度核对时间。", "收到，返修不收费，我会尽快上门。")
ANNOUNCEMENTS: tuple[tuple[str, str, str, int, int, int], ...] = (
    ("water", "3栋清洗水箱，暂停供水", "清洗期间 3 栋各单元停水，请提前储水。恢复供水后请先放水一分钟再使用。", 3, 9, 3),
    ("lift", "2单元电梯年检", "年检期间 2 单元货梯停用，客梯正常运行。", 2, 14, 2),
    ("activity", "周日义务磨刀、量血压", "地点在中心花园东侧，自带刀具请包好刀刃。", 4, 9, 3),
)
