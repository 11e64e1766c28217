"""Names that belong to nobody, dealt from common syllables."""

from random import Random

_FAMILY = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢"
_GIVEN = (
    "伟 芳 娜 敏 静 丽 强 磊 军 洋 勇 艳 杰 娟 涛 明 超 霞 平 刚 桂英 玉兰 建华 志强 秀英 文博 晓雯 子涵 雨桐 浩然 梓轩 欣怡 思远 佳宁 俊杰 嘉怡 海燕 国庆 春梅 立新 "
    "诗涵 一鸣 梦洁 泽宇 若溪 天佑 雅琴 建军 凤英 晨曦 亦凡 宇航 淑华 金凤 景行 知夏 书瑶 承志 瑞雪 德明"
).split()


def person_name(rng: Random) -> str:
    """Deal one name."""
    return rng.choice(_FAMILY) + rng.choice(_GIVEN)
