using System.Formats.Tar;
using System.Text;
using SharpBuild.Image;
using SharpBuild.Image.Tar;
using SharpBuild.Linux;
using Xunit;
using TarEntry = SharpBuild.Image.Tar.TarEntry;
using TarReader = SharpBuild.Image.Tar.TarReader;
using TarWriter = SharpBuild.Image.Tar.TarWriter;


namespace SharpBuild.UnitTests.Image;

public sealed class TarTests
{
    public static TheoryData<string> Paths => new(
        "a", "dir/", new string('a', 100), new string('a', 101), new string('d', 90) + "/" + new string('f', 90),
        new string('d', 155) + "/" + new string('f', 100), new string('d', 156) + "/" + new string('f', 100), "ümlaut", string.Join('/', Enumerable.Repeat("deep", 200)));

    [Theory]
    [MemberData(nameof(Paths))]
    public void Any_path_comes_back_and_the_runtime_reads_it_too(string path)
    {
        var tar = Write(new TarEntry { Path = Encoding.UTF8.GetBytes(path), Kind = path.EndsWith('/') ? TarEntryKind.Directory : TarEntryKind.File, Mode = 0x1ED });
        Assert.Equal(path, new TarReader(new MemoryStream(tar), CancellationToken.None).Next()!.DisplayPath);
        Assert.Equal(path, new System.Formats.Tar.TarReader(new MemoryStream(tar)).GetNextEntry()!.Name);
    }

    [Fact]
    public void Large_numbers_and_binary_attributes_come_back()
    {
        byte[] value = [0, 0xFF, 0xFE, (byte)'=', (byte)'\n'];
        var entry = new TarEntry
        {
            Path = "f"u8.ToArray(),
            Mode = 0xFFF,
            Uid = 3_000_000_000,
            Gid = uint.MaxValue - 1,
            Modified = new(-1, 0),
            Attributes = [new("security.capability"u8.ToArray(), value)],
        };
        var read = new TarReader(new MemoryStream(Write(entry)), CancellationToken.None).Next()!;
        Assert.Equal((entry.Mode, entry.Uid, entry.Gid, entry.Modified), (read.Mode, read.Uid, read.Gid, read.Modified));
        Assert.Equal(value, Assert.Single(read.Attributes!).Value);
    }

    [Theory]
    [InlineData(TarEntryFormat.Ustar)]
    [InlineData(TarEntryFormat.V7)]
    [InlineData(TarEntryFormat.Pax)]
    [InlineData(TarEntryFormat.Gnu)]
    public void Every_dialect_of_the_runtime_is_read(TarEntryFormat format)
    {
        var name = format == TarEntryFormat.V7 ? "short" : new string('n', 90) + "/" + new string('m', 90);
        using var memory = new MemoryStream();
        using (var writer = new System.Formats.Tar.TarWriter(memory, format, leaveOpen: true))
        {
            System.Formats.Tar.TarEntry entry = format switch
            {
                TarEntryFormat.Ustar => new UstarTarEntry(System.Formats.Tar.TarEntryType.RegularFile, name),
                TarEntryFormat.V7 => new V7TarEntry(System.Formats.Tar.TarEntryType.V7RegularFile, name),
                TarEntryFormat.Pax => new PaxTarEntry(System.Formats.Tar.TarEntryType.RegularFile, name),
                _ => new GnuTarEntry(System.Formats.Tar.TarEntryType.RegularFile, name),
            };
            entry.DataStream = new MemoryStream("content"u8.ToArray());
            entry.ModificationTime = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_250);
            writer.WriteEntry(entry);
        }

        var reader = new TarReader(new MemoryStream(memory.ToArray()), CancellationToken.None);
        var read = reader.Next()!;
        Assert.Equal(name, read.DisplayPath);
        Assert.Equal(1_700_000_000, read.Modified.Seconds);
        Assert.Equal("content", Encoding.ASCII.GetString(reader.ReadData()));
        Assert.Null(reader.Next());
    }

    [Theory]
    [InlineData("0.5", 0, 500_000_000)]
    [InlineData("-0.5", -1, 500_000_000)]
    [InlineData("-1.25", -2, 750_000_000)]
    [InlineData("1700000000.123456789999", 1_700_000_000, 123_456_789)]
    public void Fractions_of_seconds_are_read_on_both_sides_of_1970(string text, long seconds, uint nanoseconds)
    {
        var record = $"mtime={text}\n";
        var length = record.Length + 3;
        var pax = Encoding.ASCII.GetBytes($"{length} {record}");
        var tar = WithPax(pax);
        Assert.Equal(new FileTime(seconds, nanoseconds), new TarReader(new MemoryStream(tar), CancellationToken.None).Next()!.Modified);
    }

    [Fact]
    public void A_header_never_names_the_process_or_the_time()
    {
        var entry = new TarEntry { Path = Encoding.UTF8.GetBytes("dir/n" + new string('ü', 100)) };
        Assert.Equal(Write(entry), Write(entry));
        Assert.Contains("dir/PaxHeaders.0/n\0", Encoding.ASCII.GetString(Write(entry)[..100]), StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_tars_are_reported_never_worse()
    {
        var random = new Random(1);
        var original = Write(
            new() { Path = Encoding.UTF8.GetBytes(new string('ü', 200)), Attributes = [new("user.a"u8.ToArray(), [1, 2])] },
            new() { Path = "link"u8.ToArray(), Kind = TarEntryKind.SymbolicLink, LinkTarget = Encoding.UTF8.GetBytes(new string('l', 300)) },
            new() { Path = "f"u8.ToArray(), Uid = uint.MaxValue });
        for (var round = 0; round < 3000; round++)
        {
            var tar = original.AsSpan(0, random.Next(10) == 0 ? random.Next(original.Length) : original.Length).ToArray();
            for (var i = random.Next(1, 4); i > 0 && tar.Length > 0; i--)
            {
                tar[random.Next(tar.Length)] = (byte)random.Next(256);
            }

            FixChecksums(tar);
            try
            {
                var reader = new TarReader(new MemoryStream(tar), CancellationToken.None);
                while (reader.Next() is not null)
                {
                }
            }
            catch (ImageException exception)
            {
                Assert.Equal(ImageErrorCodes.InvalidTar, exception.Code);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(511)]
    [InlineData(512)]
    [InlineData(2000)]
    public void What_never_was_a_tar_is_not_called_damaged(int length)
    {
        var text = new byte[length];
        text.AsSpan().Fill((byte)'x');

        Assert.Equal("this is not a tar archive", Refusal(text).Message);
    }

    [Fact]
    public void A_tar_with_a_bad_later_header_is_called_damaged()
    {
        var tar = Write(new TarEntry { Path = "a"u8.ToArray() }, new TarEntry { Path = "b"u8.ToArray() });
        tar[512] ^= 1;

        Assert.StartsWith("the tar is damaged", Refusal(tar).Message, StringComparison.Ordinal);
        Assert.StartsWith("the tar is damaged", Refusal(tar[..700]).Message, StringComparison.Ordinal);
    }

    private static ImageException Refusal(byte[] tar) => Assert.Throws<ImageException>(() =>
    {
        var reader = new TarReader(new MemoryStream(tar), CancellationToken.None);
        while (reader.Next() is not null)
        {
        }
    });

    private static byte[] Write(params TarEntry[] entries)
    {
        using var memory = new MemoryStream();
        using (var output = new StreamBufferWriter(memory))
        {
            var writer = new TarWriter(output);
            foreach (var entry in entries)
            {
                writer.WriteHeader(entry);
            }

            writer.WriteEnd();
        }

        return memory.ToArray();
    }

    private static byte[] WithPax(byte[] records)
    {
        var tar = Write(new TarEntry { Path = "pax"u8.ToArray(), Size = records.Length }, new TarEntry { Path = "f"u8.ToArray() });
        var whole = new byte[tar.Length + 512];
        tar.AsSpan(0, 512).CopyTo(whole);
        whole[156] = (byte)'x';
        records.CopyTo(whole.AsSpan(512));
        tar.AsSpan(512).CopyTo(whole.AsSpan(1024));
        FixChecksums(whole);
        return whole;
    }

    // Without this nearly every damaged header would be turned away at the door.
    private static void FixChecksums(byte[] tar)
    {
        for (var at = 0; at + 512 <= tar.Length; at += 512)
        {
            var block = tar.AsSpan(at, 512);
            if (block.Slice(257, 5).SequenceEqual("ustar"u8))
            {
                block.Slice(148, 8).Fill((byte)' ');
                var sum = 0;
                foreach (var value in block)
                {
                    sum += value;
                }

                Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0").CopyTo(block[148..]);
            }
        }
    }
}
