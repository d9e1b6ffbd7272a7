# 公司信息

## 公司
company-title = 公司信息
company-lead = 客户在每个页面、通知和单据上看到的名称与售后电话（C7.8）。
company-name = 公司名称
company-name-hint = 写在客户看到的页面、通知和单据上。
company-hotline = 售后电话
company-hotline-hint = 节假日也有人接听的号码。保存后立即出现在所有页面和之后的通知上。
company-mark = 标志文字
company-mark-hint = 一到四个字，代替客户门户左上角的标志；不填用默认图案。
company-address = 地址
company-address-hint = 印在门户页脚和单据页脚。
company-supervisor = 主管通知邮箱
company-supervisor-hint = 未当场解决的通话除通知主管本人外，也发到这里（C4.3）。
notice-company-saved = 公司信息已保存
