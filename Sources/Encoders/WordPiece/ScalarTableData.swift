// Written by Tools/NormalizationTable/generate.py; what is changed here is lost.

/// What `tokenizers` 0.23.3 makes of each scalar; numbers are hexadecimal.
enum ScalarTableData {
    /// Taken out before anything else: controls, formats, private use.
    static let removed: StaticString = """
        0-8 B-C E-1F 7F-9F AD 600-605 61C 6DD 70F 180E 200B-200F 202A-202E 2060-2064 2066-206F
        E000-F8FF FEFF FFF9-FFFB FFFD 110BD 1BCA0-1BCA3 1D173-1D17A E0001 E0020-E007F F0000-FFFFD
        100000-10FFFD
        """
    /// What ends a word.
    static let spaces: StaticString = """
        9-A D 20 A0 1680 2000-200A 2028-2029 202F 205F 3000
        """
    /// Punctuation and ideographs: each is a word of its own.
    static let isolated: StaticString = """
        21-2F 3A-40 5B-60 7B-7E A1 A7 AB B6-B7 BB BF 37E 387 55A-55F 589-58A 5BE 5C0 5C3 5C6
        5F3-5F4 609-60A 60C-60D 61B 61E-61F 66A-66D 6D4 700-70D 7F7-7F9 830-83E 85E 964-965 970
        AF0 DF4 E4F E5A-E5B F04-F12 F14 F3A-F3D F85 FD0-FD4 FD9-FDA 104A-104F 10FB 1360-1368 1400
        166D-166E 169B-169C 16EB-16ED 1735-1736 17D4-17D6 17D8-17DA 1800-180A 1944-1945 1A1E-1A1F
        1AA0-1AA6 1AA8-1AAD 1B5A-1B60 1BFC-1BFF 1C3B-1C3F 1C7E-1C7F 1CC0-1CC7 1CD3 2010-2027
        2030-2043 2045-2051 2053-205E 207D-207E 208D-208E 2308-230B 2329-232A 2768-2775 27C5-27C6
        27E6-27EF 2983-2998 29D8-29DB 29FC-29FD 2CF9-2CFC 2CFE-2CFF 2D70 2E00-2E2E 2E30-2E42
        3001-3003 3008-3011 3014-301F 3030 303D 30A0 30FB 3400-4DBF 4E00-9FFF A4FE-A4FF A60D-A60F
        A673 A67E A6F2-A6F7 A874-A877 A8CE-A8CF A8F8-A8FA A8FC A92E-A92F A95F A9C1-A9CD A9DE-A9DF
        AA5C-AA5F AADE-AADF AAF0-AAF1 ABEB F900-FAFF FD3E-FD3F FE10-FE19 FE30-FE52 FE54-FE61 FE63
        FE68 FE6A-FE6B FF01-FF03 FF05-FF0A FF0C-FF0F FF1A-FF1B FF1F-FF20 FF3B-FF3D FF3F FF5B FF5D
        FF5F-FF65 10100-10102 1039F 103D0 1056F 10857 1091F 1093F 10A50-10A58 10A7F 10AF0-10AF6
        10B39-10B3F 10B99-10B9C 11047-1104D 110BB-110BC 110BE-110C1 11140-11143 11174-11175
        111C5-111C9 111CD 111DB 111DD-111DF 11238-1123D 112A9 114C6 115C1-115D7 11641-11643
        1173C-1173E 12470-12474 16A6E-16A6F 16AF5 16B37-16B3B 16B44 1BC9F 1DA87-1DA8B 20000-2A6DF
        2A700-2B81F 2B920-2CEAF 2F800-2FA1F
        """
    /// Taken out after decomposition; marks do not move past them.
    static let startingMarks: StaticString = """
        34F 7A6-7B0 900-902 93A 941-948 955-957 962-963 981 9C1-9C4 9E2-9E3 A01-A02 A41-A42
        A47-A48 A4B-A4C A51 A70-A71 A75 A81-A82 AC1-AC5 AC7-AC8 AE2-AE3 B01 B3F B41-B44 B56
        B62-B63 B82 BC0 C00 C3E-C40 C46-C48 C4A-C4C C62-C63 C81 CBF CC6 CCC CE2-CE3 D01 D41-D44
        D62-D63 DD2-DD4 DD6 E31 E34-E37 E47 E4C-E4E EB1 EB4-EB7 EBB-EBC ECC-ECD F76-F79 F7E
        F8D-F97 F99-FBC 102D-1030 1032-1036 103D-103E 1058-1059 105E-1060 1071-1074 1082 1085-1086
        109D 1712-1713 1732-1733 1752-1753 1772-1773 17B4-17B5 17B7-17BD 17C6 17C9-17D1 17D3
        180B-180D 1920-1922 1927-1928 1932 1A1B 1A56 1A58-1A5E 1A62 1A65-1A6C 1A73-1A74 1B00-1B03
        1B36-1B3A 1B3C 1B42 1B80-1B81 1BA2-1BA5 1BA8-1BA9 1BAC-1BAD 1BE8-1BE9 1BED 1BEF-1BF1
        1C2C-1C33 1C36 A802 A80B A825-A826 A926-A92A A947-A951 A980-A982 A9B6-A9B9 A9BC A9E5
        AA29-AA2E AA31-AA32 AA35-AA36 AA43 AA4C AA7C AAEC-AAED ABE5 ABE8 FE00-FE0F 10A01-10A03
        10A05-10A06 10A0C 10A0E 11001 11038-11045 11080-11081 110B3-110B6 11127-1112B 1112D-11132
        11180-11181 111B6-111BE 111CB-111CC 1122F-11231 11234 11237 112DF 112E3-112E8 11300-11301
        11340 114B3-114B8 114BA 114BF-114C0 115B2-115B5 115BC-115BD 115DC-115DD 11633-1163A 1163D
        11640 116AB 116AD 116B0-116B5 1171D-1171F 11722-11725 11727-1172A 16F8F-16F92 1BC9D
        1DA00-1DA36 1DA3B-1DA6C 1DA75 1DA84 1DA9B-1DA9F 1DAA1-1DAAF E0100-E01EF
        """
    /// Taken out after decomposition; marks move past them.
    static let movingMarks: StaticString = """
        300-34E 350-36F 483-487 591-5BD 5BF 5C1-5C2 5C4-5C5 5C7 610-61A 64B-65F 670 6D6-6DC
        6DF-6E4 6E7-6E8 6EA-6ED 711 730-74A 7EB-7F3 816-819 81B-823 825-827 829-82D 859-85B
        8E3-8FF 93C 94D 951-954 9BC 9CD A3C A4D ABC ACD B3C B4D BCD C4D C55-C56 CBC CCD D4D DCA
        E38-E3A E48-E4B EB8-EB9 EC8-ECB F18-F19 F35 F37 F39 F71-F75 F7A-F7D F80-F84 F86-F87 FC6
        1037 1039-103A 108D 135D-135F 1714 1734 17D2 17DD 18A9 1939-193B 1A17-1A18 1A60 1A75-1A7C
        1A7F 1AB0-1ABD 1B34 1B6B-1B73 1BAB 1BE6 1C37 1CD0-1CD2 1CD4-1CE0 1CE2-1CE8 1CED 1CF4
        1CF8-1CF9 1DC0-1DF5 1DFC-1DFF 20D0-20DC 20E1 20E5-20F0 2CEF-2CF1 2D7F 2DE0-2DFF 302A-302D
        3099-309A A66F A674-A67D A69E-A69F A6F0-A6F1 A806 A8C4 A8E0-A8F1 A92B-A92D A9B3 AAB0
        AAB2-AAB4 AAB7-AAB8 AABE-AABF AAC1 AAF6 ABED FB1E FE20-FE2F 101FD 102E0 10376-1037A 10A0D
        10A0F 10A38-10A3A 10A3F 10AE5-10AE6 11046 1107F 110B9-110BA 11100-11102 11133-11134 11173
        111CA 11236 112E9-112EA 1133C 11366-1136C 11370-11374 114C2-114C3 115BF-115C0 1163F 116B7
        1172B 16AF0-16AF4 16B30-16B36 1BC9E 1D167-1D169 1D17B-1D182 1D185-1D18B 1D1AA-1D1AD
        1D242-1D244 1E8D0-1E8D6
        """
    /// Marks that stay: within a run they are sorted by the number after the sign.
    static let keptMarks: StaticString = """
        11446@1 1E94A@1 1B44@3 1BAA@3 1BF2-1BF3@3 A953@3 A9C0@3 111C0@3 11235@3 1134D@3 11442@3
        116B6@3 11C3F@3 1D165-1D166@42 1D16E-1D172@42 302E-302F@46 1D16D@47 8D4-8E1@49 1DFB@49
        1E000-1E006@49 1E008-1E018@49 1E01B-1E021@49 1E023-1E024@49 1E026-1E02A@49 1E944-1E949@49
        """
    /// First, last and step of what is mapped at one distance, and what the first becomes.
    static let runs: StaticString = """
        41-5A/1>61 246-24E/2>247 391-3A1/1>3B1 3A3-3A9/1>3C3 3D8-3EE/2>3D9 3FD-3FF/1>37B
        404-406/1>454 408-40B/1>458 410-418/1>430 41A-42F/1>43A 460-474/2>461 478-480/2>479
        48A-4BE/2>48B 4C3-4CD/2>4C4 4FA-52E/2>4FB 531-556/1>561 958-95A/1>915 10A0-10C5/1>2D00
        13A0-13EF/1>AB70 13F0-13F5/1>13F8 1C90-1CBA/1>10D0 1CBD-1CBF/1>10FD 1EFA-1EFE/2>1EFB
        2160-216F/1>2170 22EA-22ED/1>22B2 24B6-24CF/1>24D0 2C00-2C2F/1>2C30 2C67-2C6B/2>2C68
        2C80-2CE2/2>2C81 304C-3062/2>304B 3065-3069/2>3064 30AC-30C2/2>30AB 30C5-30C9/2>30C4
        30F7-30FA/1>30EF A640-A66C/2>A641 A680-A69A/2>A681 A722-A72E/2>A723 A732-A76E/2>A733
        A77E-A786/2>A77F A796-A7A8/2>A797 A7B4-A7C2/2>A7B5 A7CC-A7DA/2>A7CD FB30-FB36/1>5D0
        FB38-FB3C/1>5D8 FB46-FB4A/1>5E6 FF21-FF3A/1>FF41 10400-10427/1>10428 104B0-104D3/1>104D8
        10570-1057A/1>10597 1057C-1058A/1>105A3 1058C-10592/1>105B3 10C80-10CB2/1>10CC0
        10D50-10D65/1>10D70 118A0-118BF/1>118C0 16E40-16E5F/1>16E60 16EA0-16EB8/1>16EBB
        1E900-1E921/1>1E922
        """
    /// Scalar and what becomes of it, where that reads badly in a source file.
    static let singles: StaticString = """
        37E>3B 387>B7 3D3>3D2 3D4>3D2 622>627 623>627 624>648 625>627 626>64A 6C0>6D5 6C2>6C1
        6D3>6D2 B48>B47 CC0>CD5 CC7>CD5 CC8>CD6 CCA>CC2 DDA>DD9 1B3B>1B35 1B3D>1B35 1B43>1B35
        1C89>1C8A 2329>3008 232A>3009 FB1D>5D9 FB1F>5F2 FB2A>5E9 FB2B>5E9 FB2C>5E9 FB2D>5E9
        FB2E>5D0 FB2F>5D0 FB3E>5DE FB40>5E0 FB41>5E1 FB43>5E3 FB44>5E4 FB4B>5D5 FB4C>5D1 FB4D>5DB
        FB4E>5E4 114BB>114B9
        """
    /// A scalar, and what becomes of it and of those that follow it.
    static let letters: StaticString = """
        C0=aaaaaaæceeeeiiiiðnooooo D8=øuuuuyþ E0=aaaaaa E7=ceeeeiiii F1=nooooo F9=uuuuy
        FF=yaaaaaaccccccccddđ 112=eeeeeeeeeegggggggghhħ 128=iiiiiiiii 132=ĳ 134=jjkk 139=llllllŀ
        141=ł 143=nnnnnn 14A=ŋ 14C=ooooooœ 154=rrrrrrssssssssttttŧ 168=uuuuuuuuuuuuwwyyyzzzzzz
        181=ɓƃ 184=ƅ 186=ɔƈ 189=ɖɗƌ 18E=ǝəɛƒ 193=ɠɣ 196=ɩɨƙ 19C=ɯɲ 19F=ɵooƣ 1A4=ƥ 1A6=ʀƨ 1A9=ʃ
        1AC=ƭ 1AE=ʈuuʊʋƴ 1B5=ƶ 1B7=ʒƹ 1BC=ƽ 1C4=ǆǆ 1C7=ǉǉ 1CA=ǌǌ 1CD=aaiioouuuuuuuuuu 1DE=aaaaææǥ
        1E6=ggkkooooʒʒjǳǳ 1F4=ggƕƿnnaaææøøaaaaeeeeiiiioooorrrruuuussttȝ 21E=hhƞ 222=ȣ 224=ȥ
        226=aaeeooooooooyy 23A=ⱥȼ 23D=ƚⱦ 241=ɂ 243=ƀʉʌ 370=ͱ 372=ͳ 374=ʹ 376=ͷ 37F=ϳ 385=¨α
        388=εηι 38C=ο 38E=υωι 3AA=ιυαεηιυ 3CA=ιυουωϗ 3F4=θ 3F7=ϸ 3F9=ϲϻ 400=ееђг 407=і 40C=киуџ
        419=и 439=и 450=ее 453=г 457=і 45C=киу 476=ѵѵ 4C0=ӏжж 4D0=ааааӕ 4D6=ееә 4DA=әәжжззӡ
        4E2=ииииооө 4EA=өөээууууууччӷ 4F8=ыы 929=न 931=र 934=ळ 95B=जडढफय 9DC=ডঢ 9DF=য A33=ਲ A36=ਸ
        A59=ਖਗਜ A5E=ਫ B5C=ଡଢ F43=ག F4D=ཌ F52=ད F57=བ F5C=ཛ F69=ཀ 1026=ဥ 10C7=ⴧ 10CD=ⴭ
        1E00=aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmm
        1E40=mmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvv
        1E80=wwwwwwwwwwxxxxyyzzzzzzhtwy 1E9B=ſ 1E9E=ß
        1EA0=aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeeeeeeeeeeeiiiioooooooooooooooooooo
        1EE0=oooouuuuuuuuuuuuuuyyyyyyyy 1F00=ααααααααααααααααεεεεεε 1F18=εεεεεε
        1F20=ηηηηηηηηηηηηηηηηιιιιιιιιιιιιιιιιοοοοοο 1F48=οοοοοο 1F50=υυυυυυυυ 1F59=υ 1F5B=υ 1F5D=υ
        1F5F=υωωωωωωωωωωωωωωωωααεεηηιιοουυωω
        1F80=ααααααααααααααααηηηηηηηηηηηηηηηηωωωωωωωωωωωωωωωωααααα 1FB6=ααααααα 1FBE=ι 1FC1=¨ηηη
        1FC6=ηηεεηηη᾿᾿᾿ιιιι 1FD6=ιιιιιι 1FDD=῾῾῾υυυυρρυυυυυυρ¨¨` 1FF2=ωωω 1FF6=ωωοοωωω´ 2126=ω
        212A=ka 2132=ⅎ 2183=ↄ 219A=←→ 21AE=↔ 21CD=⇐⇔⇒ 2204=∃ 2209=∈ 220C=∋ 2224=∣ 2226=∥ 2241=∼
        2244=≃ 2247=≅ 2249=≈ 2260== 2262=≡ 226D=≍<>≤≥ 2274=≲≳ 2278=≶≷ 2280=≺≻ 2284=⊂⊃ 2288=⊆⊇
        22AC=⊢⊨⊩⊫ 22E0=≼≽⊑⊒ 2ADC=⫝ 2C60=ⱡ 2C62=ɫᵽɽ 2C6D=ɑɱɐɒ 2C72=ⱳ 2C75=ⱶ 2C7E=ȿɀ 2CEB=ⳬ 2CED=ⳮ
        2CF2=ⳳ 3070=はは 3073=ひひ 3076=ふふ 3079=へへ 307C=ほほ 3094=う 309E=ゝ 30D0=ハハ 30D3=ヒヒ 30D6=フフ
        30D9=ヘヘ 30DC=ホホ 30F4=ウ 30FE=ヽ A779=ꝺ A77B=ꝼ A77D=ᵹ A78B=ꞌ A78D=ɥ A790=ꞑ A792=ꞓ A7AA=ɦɜɡɬɪ
        A7B0=ʞʇʝꭓ A7C4=ꞔʂᶎꟈ A7C9=ꟊ A7CB=ɤ A7DC=ƛ A7F5=ꟶ
        F900=豈更車賈滑串句龜龜契金喇奈懶癩羅蘿螺裸邏樂洛烙珞落酪駱亂卵欄爛蘭鸞嵐濫藍襤拉臘蠟廊朗浪狼郎來冷勞擄櫓爐盧老蘆虜路露魯鷺碌祿綠菉錄
        F940=鹿論壟弄籠聾牢磊賂雷壘屢樓淚漏累縷陋勒肋凜凌稜綾菱陵讀拏樂諾丹寧怒率異北磻便復不泌數索參塞省葉說殺辰沈拾若掠略亮兩凉梁糧良諒量勵
        F980=呂女廬旅濾礪閭驪麗黎力曆歷轢年憐戀撚漣煉璉秊練聯輦蓮連鍊列劣咽烈裂說廉念捻殮簾獵令囹寧嶺怜玲瑩羚聆鈴零靈領例禮醴隸惡了僚寮尿料樂
        F9C0=燎療蓼遼龍暈阮劉杻柳流溜琉留硫紐類六戮陸倫崙淪輪律慄栗率隆利吏履易李梨泥理痢罹裏裡里離匿溺吝燐璘藺隣鱗麟林淋臨立笠粒狀炙識什茶刺 FA00=切度拓糖宅洞暴輻行降見廓兀嗀
        FA10=塚 FA12=晴 FA15=凞猪益礼神祥福靖精羽 FA20=蘒 FA22=諸 FA25=逸都
        FA2A=飯飼館鶴郞隷侮僧免勉勤卑喝嘆器塀墨層屮悔慨憎懲敏既暑梅海渚漢煮爫琢碑社祉祈祐祖祝禍禎穀突節練縉繁署者臭艹艹著褐視謁謹賓贈辶逸難響 FA6A=頻恵𤋮舘
        FA70=並况全侀充冀勇勺喝啕喙嗢塚墳奄奔婢嬨廒廙彩徭惘慎愈憎慠懲戴揄搜摒敖晴朗望杖歹殺流滛滋漢瀞煮瞧爵犯猪瑱甆画瘝瘟益盛直睊着磌窱節类絛
        FAB0=練缾者荒華蝹襁覆視調諸請謁諾諭謹變贈輸遲醙鉶陼難靖韛響頋頻鬒龜𢡊𢡄𣏕㮝䀘䀹𥉉𥳐𧻓齃龎 10594=𐖻𐖼 1109A=𑂙 1109C=𑂛 110AB=𑂥
        2F800=丽丸乁𠄢你侮侻倂偺備僧像㒞𠘺免兔兤具𠔜㒹內再𠕋冗冤仌冬况𩇟凵刃㓟刻剆割剷㔕勇勉勤勺包匆北卉卑博即卽卿卿卿𠨬灰及叟𠭣叫叱吆咞吸呈周
        2F840=咢哶唐啓啣善善喙喫喳嗂圖嘆圗噑噴切壮城埴堍型堲報墬𡓤売壷夆多夢奢𡚨𡛪姬娛娧姘婦㛮㛼嬈嬾嬾𡧈寃寘寧寳𡬘寿将当尢㞁屠屮峀岍𡷤嵃𡷦嵮嵫
        2F880=嵼巡巢㠯巽帨帽幩㡢𢆃㡼庰庳庶廊𪎒廾𢌱𢌱舁弢弢㣇𣊸𦇚形彫㣣徚忍志忹悁㤺㤜悔𢛔惇慈慌慎慌慺憎憲憤憯懞懲懶成戛扝抱拔捐𢬌挽拼捨掃揤𢯱搢
        2F8C0=揅掩㨮摩摾撝摷㩬敏敬𣀊旣書晉㬙暑㬈㫤冒冕最暜肭䏙朗望朡杞杓𣏃㭉柺枅桒梅𣑭梎栟椔㮝楂榣槪檨𣚣櫛㰘次𣢧歔㱎歲殟殺殻𣪍𡴋𣫺汎𣲼沿泍汧洖
        2F900=派海流浩浸涅𣴞洴港湮㴳滋滇𣻑淹潮𣽞𣾎濆瀹瀞瀛㶖灊災灷炭𠔥煅𤉣熜𤎫爨爵牐𤘈犀犕𤜵𤠔獺王㺬玥㺸㺸瑇瑜瑱璅瓊㼛甤𤰶甾𤲒異𢆟瘐𤾡𤾸𥁄㿼䀈
        2F940=直𥃳𥃲𥄙𥄳眞真真睊䀹瞋䁆䂖𥐝硎碌磌䃣𥘦祖𥚚𥛅福秫䄯穀穊穏𥥼𥪧𥪧竮䈂𥮫篆築䈧𥲀糒䊠糨糣紀𥾆絣䌁緇縂繅䌴𦈨𦉇䍙𦋙罺𦌾羕翺者𦓚𦔣聠𦖨聰
        2F980=𣍟䏕育脃䐋脾媵𦞧𦞵𣎓𣎜舁舄辞䑫芑芋芝劳花芳芽苦𦬼若茝荣莭茣莽菧著荓菊菌菜𦰶𦵫𦳕䔫蓱蓳蔖𧏊蕤𦼬䕝䕡𦾱𧃒䕫虐虜虧虩蚩蚈蜎蛢蝹蜨蝫螆䗗
        2F9C0=蟡蠁䗹衠衣𧙧裗裞䘵裺㒻𧢮𧥦䚾䛇誠諭變豕𧲨貫賁贛起𧼯𠠄跋趼跰𠣞軔輸𨗒𨗭邔郱鄑𨜮鄛鈸鋗鋘鉼鏹鐕𨯺開䦕閷𨵷䧦雃嶲霣𩅅𩈚䩮䩶韠𩐊䪲𩒖頋頋
        2FA00=頩𩖶飢䬳餩馧駂駾䯎𩬰鬒鱀鳽䳎䳭鵧𪃎䳸𪄅𪈎𪊑麻䵖黹黾鼅鼏鼖鼻𪘀
        """
    /// Scalar and the several that it becomes.
    static let sequences: StaticString = """
        9CB>9C7+9BE 9CC>9C7+9D7 B4B>B47+B3E B4C>B47+B57 B94>B92+BD7 BCA>BC6+BBE BCB>BC7+BBE
        BCC>BC6+BD7 CCB>CC2+CD5 D4A>D46+D3E D4B>D47+D3E D4C>D46+D57 DDC>DD9+DCF DDD>DD9+DCF
        DDE>DD9+DDF 1B06>1B05+1B35 1B08>1B07+1B35 1B0A>1B09+1B35 1B0C>1B0B+1B35 1B0E>1B0D+1B35
        1B12>1B11+1B35 1B40>1B3E+1B35 1B41>1B3F+1B35 1134B>11347+1133E 1134C>11347+11357
        114BC>114B9+114B0 114BE>114B9+114BD 115BA>115B8+115AF 115BB>115B9+115AF 1D15E>1D157+1D165
        1D15F>1D158+1D165 1D160>1D158+1D165+1D16E 1D161>1D158+1D165+1D16F 1D162>1D158+1D165+1D170
        1D163>1D158+1D165+1D171 1D164>1D158+1D165+1D172 1D1BB>1D1B9+1D165 1D1BC>1D1BA+1D165
        1D1BD>1D1B9+1D165+1D16E 1D1BE>1D1BA+1D165+1D16E 1D1BF>1D1B9+1D165+1D16F
        1D1C0>1D1BA+1D165+1D16F
        """
}
