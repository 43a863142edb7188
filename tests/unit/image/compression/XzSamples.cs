using System.Buffers.Binary;

namespace SharpBuild.UnitTests.Image.Compression;

/// <summary>What xz 5.4 wrote.</summary>
internal static class XzSamples
{
    /// <summary>Branches of every instruction set that xz has a filter for, 64 bytes at a time.</summary>
    public static byte[] Data
    {
        get
        {
            var data = new byte[24 * 64];
            for (var i = 0; i < 24; i++)
            {
                WriteBranches(data.AsSpan(i * 64, 64), (uint)i, (uint)i * 64);
            }

            return data;
        }
    }

    /// <summary>"hello" three times, without a checksum.</summary>
    public static byte[] None => Convert.FromBase64String(
        "/Td6WFoAAAD/EtlBAgAhAQgAAADYDyMT4AARAAtdADQZSe6N3U7FheAAAAAAAR8S/cplHgZynnoBAAAAAABZWg==");

    /// <summary>"hello" three times, with a CRC-32.</summary>
    public static byte[] Crc32 => Convert.FromBase64String(
        "/Td6WFoAAAFpIt42AgAhAQgAAADYDyMT4AARAAtdADQZSe6N3U7FheAAAAA6N2Y9AAEjEgKzlm2QQpkNAQAAAAABWVo=");

    /// <summary>"hello" three times, with a CRC-64.</summary>
    public static byte[] Crc64 => Convert.FromBase64String(
        "/Td6WFoAAATm1rRGAgAhAQgAAADYDyMT4AARAAtdADQZSe6N3U7FheAAAADllV68ttCsCQABJxIGdvoJH7bzfQEAAAAABFla");

    /// <summary>"hello" three times, with a SHA-256.</summary>
    public static byte[] Sha256 => Convert.FromBase64String(
        "/Td6WFoAAArh+wyhAgAhAQgAAADYDyMT4AARAAtdADQZSe6N3U7FheAAAAD88wuZrQl6Ckixv6a+eh0EFhBcKHhf77ygz1ZMyEhH" +
        "zQABPxJf7uGLGJtLmgEAAAAAClla");

    /// <summary><see cref="Data"/> in two blocks.</summary>
    public static byte[] Blocks => Convert.FromBase64String(
        "/Td6WFoAAAFpIt42AgAhARYAAAB0L+Wj4APnAP1dAHQ+v8ELop5W+iub4xBz89dipp88JWZ9BqO/myCi1bp+G3yzvCRYAFcS6U5V" +
        "rj3dXXdaGRcrC7owjnWTF2rqcd5bfCgY6St81+KR8ktFLBTY+bDttHKTlw+U7+17nUNiIe6My82RwnOIkBrxweaZ2XoLkp4fBDxP" +
        "xRkOgN/zlJn/2Xh964TB/V4XK8N+K7U5kJB9YGrC3LFL2KlxHROI8Aks39RgZy/Bw4tpLDISg6i470V9GSyQ+WlaMxjp6G3H6V7/" +
        "q7Wbggzr9JktSZbUChHxjEhHz39hYVBTrYTvvXKRxg33nrHjWXX05aqQ13P8I7VBuaFUXUbDl4izPQAAAAAAMHJWTAIAIQEWAAAA" +
        "dC/lo+ACFwCmXQAAaI5rP8ysMm3Nht5bNq1DWMp6Wo+s+VaLMwNVIC5pQgRe9iQ+m9N6QMkaAog6XcoKIxQaRhPiHGtEDrDTN03l" +
        "i0NHcb7hxvXrGm4LL09FIARiJrH2WhbBS15GvLIC1TwdD6sGS/OL2tejYR8p1PuI4bwahWwY7UtI22Zg6eOYCk/QcQOpbXwD6hBH" +
        "Z9CayljKftGyYpxV5wWHhIK7ebHwoR0JsJsAAAAA3rH86wAClQLoB74BmAQAAP0uAt2b41FAAwAAAAABWVo=");

    /// <summary><see cref="Data"/> in two blocks whose headers tell their sizes.</summary>
    public static byte[] SizedBlocks => Convert.FromBase64String(
        "/Td6WFoAAATm1rRGA8CFAugHIQEWAAAAFiVIkuAD5wD9XQB0Pr/BC6KeVvorm+MQc/PXYqafPCVmfQajv5sgotW6fht8s7wkWABX" +
        "EulOVa493V13WhkXKwu6MI51kxdq6nHeW3woGOkrfNfikfJLRSwU2Pmw7bRyk5cPlO/te51DYiHujMvNkcJziJAa8cHmmdl6C5Ke" +
        "HwQ8T8UZDoDf85SZ/9l4feuEwf1eFyvDfiu1OZCQfWBqwtyxS9ipcR0TiPAJLN/UYGcvwcOLaSwyEoOouO9FfRkskPlpWjMY6eht" +
        "x+le/6u1m4IM6/SZLUmW1AoR8YxIR89/YWFQU62E771ykcYN956x41l19OWqkNdz/CO1QbmhVF1Gw5eIsz0AAAAAAKrGfJIWWwLb" +
        "A8CuAZgEIQEWAAAA+WrAgeACFwCmXQAAaI5rP8ysMm3Nht5bNq1DWMp6Wo+s+VaLMwNVIC5pQgRe9iQ+m9N6QMkaAog6XcoKIxQa" +
        "RhPiHGtEDrDTN03li0NHcb7hxvXrGm4LL09FIARiJrH2WhbBS15GvLIC1TwdD6sGS/OL2tejYR8p1PuI4bwahWwY7UtI22Zg6eOY" +
        "Ck/QcQOpbXwD6hBHZ9CayljKftGyYpxV5wWHhIK7ebHwoR0JsJsAAAAAhiaphAZ18FgAAp0C6AfGAZgEAACl4aQpFBc7MAMAAAAA" +
        "BFla");

    /// <summary><see cref="Data"/> through Delta.</summary>
    public static byte[] Delta => Convert.FromBase64String(
        "/Td6WFoAAATm1rRGAgEDAQMhAQj0sn4G4AX/AlRdAHQ+v8EAykvMKhL70+L2aY1Hv7d9iJePnoZzEkjDaGmLq0ZLCRnnJ+GYO+3I" +
        "SJ9fj8gJyVmStB6ojGIG4+E+5laQdFlgdEL14W1TTiVq7WfyuRa1iWbnEa8evY83EkBORe21IneaiCpyuPm/22/f2Ei7wcbL5Jch" +
        "d7yh/VCQC1h7m3LFjcwiyP1UcOHZDcZoHwOiIkTkKV/oS0JQDEUQU+IDvZanfp8Ge4W2p+4MTZD7I8PeytWH7+Q77XiWNsJKze1c" +
        "fBXDVfY+D0FA2ncJXqp5RQaPQqjim4yM+/xVIRqWLK43RGFIF6uBbf2HNBdz9kpG5HzD2RmZfCQY+no06xflpFfosjBQibaTUsiq" +
        "JUNdzcW/00Mp2NCwts7ooSxM8ExqA4rZXvp3ur4pG33gh+29ry0a5mk5isJ2W1wVR5smYQl3/o3/1lbnpX65pVyEeLm/eoV0ex/A" +
        "bHBar0dn54CZYyEUsLUR7cIrSgrw3c1KcPk8xFZGD4kcNu6yLTE9s1F8UhcLoGa3KCNvV/uoSd1uyugKWKM0jVhcgEZXp3GeBD6Z" +
        "jdtiVCUctl219obiQdsQjWCPaVjejsPjRjVttvW89J6yVwvFCJuHtuczB/eklLOR3TIYjYDZxM8Onf0rG5yiv/aRd8lSQpX0dcdN" +
        "EwCaioXJQAdhCNzMVVsW3F0rAb4CzbhAQ1l8cXXtlLc/NTzlulhPRIKP0MM0IA8CTEieM9dEpeCwmzOuhP3FJC6R87+kGHIqR4Z/" +
        "P1WRw+rpCkm+bAb/qQCe5oPHTEePdrVX44sAAHgt6Jn2/qMrAAHwBIAMAABbJATHscRn+wIAAAAABFla");

    /// <summary><see cref="Data"/> through X86.</summary>
    public static byte[] X86 => Convert.FromBase64String(
        "/Td6WFoAAATm1rRGAgEEACEBCADSuXTL4AX/AWpdAHP//+AMArSMvTu5gdS4BjlRUoklFzcPbwZhHMfqwBkVFXIrI7xso0NUgdMS" +
        "skE/KaFihpxC0SiAjzj3odC+mp2uK3MWn1XJpV0xGmFY8Mlpx9uAXEV5O7zq5IlSzhUXWix6cz+8T9Bh1qmhyBfdoSbw6aft6Yk2" +
        "T+RYzI2Zm77YNUxDDx+zSKu41XFCUR71AbbOldFrKHsn3OX9ybYanQpP0YMnMpVgJ4yWndXA48X1wVNAsJrwdxa7qPdjnYFBS2tY" +
        "omNqJpNrUZT+qBHRXsqvZgqUVz2X5DQ5gI1aKjtCgNJVVBuyIVblUawK7SJ5ndBHV4kTXpue/hiME3AGvIzHe2CcwbhN1xHVb4nm" +
        "XFoq7zm2n84uDlMqdLdi/EotYYUwWEzeB4DBLrOup6bbatPfFZCGOpIbH90viowzqWPoM6bFZlqRBbKySuB4Sxnbc/3PvZ3/sgHe" +
        "Zb2HDV0EIunjZBtkEnn13nvzAAAAeC3omfb+oysAAYYDgAwAAJcWX6ixxGf7AgAAAAAEWVo=");

    /// <summary><see cref="Data"/> through PowerPc.</summary>
    public static byte[] PowerPc => Convert.FromBase64String(
        "/Td6WFoAAATm1rRGAgEFACEBCAB3aigA4AX/ATtdAHQ+v8ELop5W+iui8uFAsMRDpCpIo+xEYyEphh8vYgSKGgwXKrdvM4TKRj/z" +
        "yQiQSuiFsjCfiyKWcbvmQW4DOfhDmDP37VXRjX3QoRDITorX9Rppks6Wo5n0ftMCGlnyBwTphpYE4sQqpWv/M5HVOcZZ1zqSuFL7" +
        "kzbIdsPXU6FwgJrjXoisUF8IHGRJB67MIs0JJdkmhBc7umdVYrx6XSHBHYXK8cWYAElyzxt1/AZ2m41NzFsXH2+eljbwrH5mqRvN" +
        "dlaf05iIDljJOKGYALi71uNByjhBLJbrMX3332aQsQaauioX5bwuHVCTq87iK+JIG16FPD2/FbJPDUWTHcXRTYYOImpkvxQii8+J" +
        "XvgAVsiYsUmqkQuNsuBamBbwki28Ios7fvo+uWT8pDrSiQO9n2L1cRgSYIiUAAAAeC3omfb+oysAAdcCgAwAAHXk7VKxxGf7AgAA" +
        "AAAEWVo=");

    /// <summary><see cref="Data"/> through Ia64.</summary>
    public static byte[] Ia64 => Convert.FromBase64String(
        "/Td6WFoAAATm1rRGAgEGACEBCADZGLyG4AX/AUFdAHQ+v8ELop5W+iub4xBz89dipp88JWZ9BqO/myCi1bp+G3NYBEhU3KAc06gM" +
        "v8GnvlAflfO4V/QO+oDB9rXfGAedqFQKCUepQoKdwKukhbpifZRtRMZeQcMBEGClqjwy/qrWHcH8JbSYoxEkBNNyCSkPnvX4BupF" +
        "daS2PDAjtq8s0wg21xMaU85JO2tzHEChcx6PwmoYtLf9uIbLkbcOdHz4eVZXFJOCVjJ0Sty/5vSG9WRaDimQQKtTCmlSHWATTIou" +
        "pZ7rzlp5coyGT5zWG+0HUVAYBY8NTjZK8zWoswQP3HBVKmwtcltZ96Uh4+YhQ4H8TNZI+8jojzMj4Ck5deuGVfSoVhMWjyPF08uw" +
        "78VG0SahWFIUgpFveSElwxmVCmn3WTXfu0rICBT0XHYvdncX5GwOLp9XsippFiVNXJ+IcAAAAAB4LeiZ9v6jKwAB3QKADAAAE8d2" +
        "87HEZ/sCAAAAAARZWg==");

    /// <summary><see cref="Data"/> through Arm.</summary>
    public static byte[] Arm => Convert.FromBase64String(
        "/Td6WFoAAATm1rRGAgEHACEBCAB8y+BN4AX/AUFdAHQ+v8ELop5W+iub31CPir1hq37UNcegroKhTMjPfm9Ba21DNajdM7EzBKIy" +
        "5vAMJQpvyqPauqFjkzjRn16Z9gMimqY5C17om4BCa59i0zYjdLo2mwMZPMkeKIhSekGyTZnsaS2FE3t4xO22liOMXTjxA0Gr8hG9" +
        "ApCGm1ZIFqrq+EQDKEN5q6LCpwgVvaFj4GPbavlVc0PZvmts/rxLuWMsJFeZmiPBZSsdX0TQJB5kClGNoJwROLaUdSOYW4puvLV/" +
        "nCk+wQWGJ/CBp7Q2+4aNrjYmylnjKMY7YJ9vPBh63tnGZvOSEDLePkjuA/20RewpjloS4+Axx/ThcZVjdCsyehdB9ElzzTFTXJkw" +
        "Fcqc9L4/AkiquvKGUvRG49JSNnu0/oOdOFjZ1VODSiGHvB897xNRAHssYMufKZyxOAjHLwAAAAB4LeiZ9v6jKwAB3QKADAAAE8d2" +
        "87HEZ/sCAAAAAARZWg==");

    /// <summary><see cref="Data"/> through Thumb.</summary>
    public static byte[] Thumb => Convert.FromBase64String(
        "/Td6WFoAAATm1rRGAgEIACEBCACpeba84AX/ATZdAHQ+v8ELop5W+iub4xBz89+UKzlt+xdVJkwxXrUQNwBjdMMQK8O4De8Esq69" +
        "2J4tqKrTVEA1yl9loiO4TapmzSiapwpio1xtruXtkO8kDmvZcQauD0V9N4mUJm7+Q9hoHAY4nVxrJiG67PAd4P9FIENgq5yZ/FWV" +
        "FaKEuDDDJbZtzcnUizRBQm8bNMUpaZO1QaU8MPUROqo/GfPrZnPpSPFhqPBhpyJiEBLjRUusy6gjKy9AKBOHbXNJJM/Zm36XcbGy" +
        "NFGcT+G44AytwPlIWcnYmWk5RlJflxJQw+UzeBg/Etm1HQBtK3q/bMopVaYH/YTmUPbIwSy56Yz51M30BatLWPffq1SnPLtiNtKI" +
        "NgW1C6NrKajaFRf/gmFhk3eLgHQCa/gQqqYHbfZhdTsd8inNfkz8UgAAAAB4LeiZ9v6jKwAB0gKADAAAxnUgArHEZ/sCAAAAAARZ" +
        "Wg==");

    /// <summary><see cref="Data"/> through Sparc.</summary>
    public static byte[] Sparc => Convert.FromBase64String(
        "/Td6WFoAAATm1rRGAgEJACEBCAAMqup34AX/AURdAHQ+v8ELop5W+iub4xBz89dipp88JWaH0FGv7pkJJ5vAeWqI/EraQXlowTpX" +
        "6IKu7WDjojkwbOVgYKcsIwFyOsbh3eBsIiVcsn/vqKHKEtKzqGpATe8LV/qBdr/mMUfr3FgGWh/S4HnmfolbfsAQkGTQw8iD502H" +
        "RelLvgeAXmB1RmljRVOl/NHUYemMELWjxypLcabN7u3pI5Uii5+doiOPytk7xia/cpOAx1wpiFv6yHxDv4waaKG046PlX38KnZjY" +
        "f5wZoOptjjUQUo7SZLmmR3dndJ5i5nmB6qriIuOHx/wK0qqyhKMxOmaOu2o3RrFUT9+eK0aumpl3huolOdWWg3zMVQw9CCOIgvkt" +
        "erDohk9Or2OIIRLr9CZH5d7JGv6yPVUnoPTr8xqwQB6qJLLkH2FWrhGnsLH9YET1da1EGKEOAAB4LeiZ9v6jKwAB4AKADAAAYNOS" +
        "S7HEZ/sCAAAAAARZWg==");

    /// <summary><see cref="Data"/> through X86FromOffset.</summary>
    public static byte[] X86FromOffset => Convert.FromBase64String(
        "/Td6WFoAAATm1rRGAwEEBAAQAAAhAQgAg46JL+AF/wFsXQB0AAHQDAK0jL07uUYs2bGsaxFpDDXG5ev+O6R2BRKyg2Be3XuYrXiK" +
        "1dlTheCnB1WKvwXe+nlQIG6XSB3+O2lM/g8y3AIoS/EjuUcqluDdR/HuMs5pUc1wWBqyCo6b0qg2gXUvf/fdPJoejGijjDT+UGmF" +
        "ZQFfB6ZVHKHtTar+/vDSS3KbJuh4gZrgj+BYyromx7OD3YK7LcGDI+QNDb2fi5V7TB2KYlNndeA5vGqjkE6a5LeVeefEuewdWByc" +
        "E99wTQfWKRuIqJHW1JBaSXaCxO91vtpMPeY/Xwpx0RhPv1/zP20UGrFBlqJYoKSM0X2mW7i2E9Z4jm2F+jOFXTpOSrW9Hen7huwm" +
        "Uh7fxgihY2Q9EF9s3sCjVZDJhDSdEi1Bmg4+XVBickkk0yRgMysPDhT/zhh/FlNBCGCxKmvy+o7Ftsq6qn0ypeCk50eLshIs3zLd" +
        "YOQ65DeTk6NoZICLYUjHdvSfAnZx9PMdAHgt6Jn2/qMrAAGMA4AMAADxNcQJscRn+wIAAAAABFla");

    /// <summary><see cref="Data"/> through DeltaAndX86.</summary>
    public static byte[] DeltaAndX86 => Convert.FromBase64String(
        "/Td6WFoAAATm1rRGAwIDAQAEACEBCAAAZBYqFuAF/wH2XQB0BgBpn4J0pcf9UtFU3vppLr5LzHa4pAOgicaHk3mKYlLN4w5MkZB6" +
        "9ZCJ+jHSFLFF4UwiMUd072Gd48leQt8DiChy/eEI6t4+E3nsVFAxhvrwXlKMakquWLezIAFV/8uOgobc39iJarkRPKt5PB8VVp01" +
        "xZvPbnydxI/DvxQzxX9OYKe6ZlfHkWkoDDuba8IWhIWFxqL5I/w1uwi8DyB2udoQwh/C3S9QSNcSVhMmJEONzF2eZF5rZUd+1Wui" +
        "ytIPDMzSDAa7DeU9DoBoID77XKzl9Txaae+1oGNskeXaUDypd2GtQS+Mj3L57SMBrisGgCnHR+VZntKI0x2znLMTu50vOOr72EkW" +
        "yhOvoWTBdayUsSn0phj+yf19OUsf3tcnrL8ogJ7bD+nsmP85Z1VNPOP48zXVwn1b/NHBApyZtu4cnJ+tqrZD29dwc8+j1LOIhvhc" +
        "5xYc0w3dlLvYneusyX6Rmxv2WyYQnz0rjHWr2k4arcHpvx2WBOniKoMm0Eh0/2e6SEazsL4suDRDL1CMnAqW2XKYfIP3EoTcsFwv" +
        "GXHn9aqCjcT6CSIOONxy0MrMGlaUl4ojxu4j8H1Mo0xuqKc7PUV9ux10nN/1FwFgwDNsfPbxQPwHcgtRqGOuv1uHH1g/Ut2hKKMr" +
        "Q3QmS45aue/FNh7rAAAAeC3omfb+oysAAZYEgAwAABzIqRmxxGf7AgAAAAAEWVo=");

    /// <summary><see cref="Data"/> through Arm64.</summary>
    public static byte[] Arm64 => Convert.FromBase64String(
        "/Td6WFoAAATm1rRGAgEKACEBCACi2H7x4AX/AUNdAHQ+v8ELop5W+iub4xBz89dipp88JWZ7frstA0xydIz6K3f8NyOw3qh32PTu" +
        "jsCt9OCz3cx9SlfovGt0MyNtVdXPrDEy0QE51uUWwUSb9IFoWLNu2n0ZpqNqOWEjXzK2xcXVyxkzWV3EQBjo/0K9HUX8ew2mpaQD" +
        "MkREuhhFe6CmdD3BmKfAuXprghMnt7YHIn+9xZA8O+bbx1XKg4z4IyYIdJUQ55ex2mk7baRQgOS0ErVJc1EHfIK6HsgkRkTdBNrN" +
        "4/1JkQTmd4YQOWQlaQCqJMH+O7FiUMktTVPlul9aouZTcIphRPXReUuOIXA3HcADqptnKATmRPTgwu1B+E4xJpSYUFY8/nb2P7mW" +
        "mu5VOpJWBE4HgnRgX4ffR/SNv9YB3bQHM016LwTe478yhhcyX4/Rj8s7xoHS7QtQtbMDEujGAAB4LeiZ9v6jKwAB3wKADAAAGGa+" +
        "vrHEZ/sCAAAAAARZWg==");

    /// <summary>
    /// 3000 numbers of 16 bits, each 7 above the one before, with a dictionary of 4 KiB and a delta filter.
    /// </summary>
    public static byte[] Ramp => Convert.FromBase64String(
        "/Td6WFoAAATm1rRGAgEDAQEhAQBN8qyi4BdvAFJdAABgHU0FyvFMkBY66KO5XznBcwY1UvHwfzoHsyaiXss7u1FirmItgwQ+FiPZ" +
        "sAvK1ifoc0Ju68rxTeyFc6QaBxwM9i7X/88qAgpymdcIgphUzeAAAAA8Tl/WG/I4XgABbvAuAAAApzJy+bHEZ/sCAAAAAARZWg==");

    private static void WriteBranches(Span<byte> record, uint number, uint address)
    {
        record[0] = 0xE8;
        BinaryPrimitives.WriteUInt32LittleEndian(record[1..], 0x2000 - (address + 5));
        record[5..8].Fill(0x90);
        BinaryPrimitives.WriteUInt32BigEndian(record[8..], 0x4800_0001 | ((0x4000 - (address + 8)) & 0x03FF_FFFC));
        BinaryPrimitives.WriteUInt32LittleEndian(record[12..], 0xEB00_0000 | (((0x8000 - (address + 20)) >> 2) & 0x00FF_FFFF));
        var thumb = ((0x1000 - (address + 20)) >> 1) & 0x3F_FFFF;
        BinaryPrimitives.WriteUInt16LittleEndian(record[16..], (ushort)(0xF000 | (thumb >> 11)));
        BinaryPrimitives.WriteUInt16LittleEndian(record[18..], (ushort)(0xF800 | (thumb & 0x7FF)));
        BinaryPrimitives.WriteUInt32BigEndian(record[20..], 0x4000_0000 | (((0x9000 - (address + 20)) >> 2) & 0x3F_FFFF));
        BinaryPrimitives.WriteUInt32LittleEndian(record[24..], 0x9400_0000 | (((0x6000 - (address + 24)) >> 2) & 0x03FF_FFFF));
        BinaryPrimitives.WriteUInt32LittleEndian(record[28..], 0x9000_0005 | ((number & 3) << 29));
        var slot = (5UL << 37) | ((0x700UL - (4 * number)) << 13);
        BinaryPrimitives.WriteUInt128LittleEndian(record[32..], 0x10 | ((UInt128)slot << 87));
        ((ReadOnlySpan<byte>)[0xE9, 0xE8, 0xFF, 0xFF]).CopyTo(record[48..]);
        BinaryPrimitives.WriteUInt32LittleEndian(record[52..], 0xFF00_0000 + number);
    }
}
