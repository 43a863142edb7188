using System.Buffers;
using System.Text;
using SharpBuild.Image.Tar;
using SharpBuild.Linux;

namespace SharpBuild.UnitTests.Image;

/// <summary>Makes tars in memory whose entries belong to whoever runs the tests, so that no privilege is needed.</summary>
internal sealed class TarMaker : IDisposable
{
    private static readonly FileStatus Owner = ReadOwner();

    private readonly MemoryStream memory = new();
    private readonly StreamBufferWriter output;
    private readonly TarWriter writer;

    public TarMaker()
    {
        output = new(memory);
        writer = new(output);
    }

    public TarMaker File(string path, string content = "", int mode = 0x1A4) => Add(path, TarEntryKind.File, "", mode, content);

    public TarMaker Directory(string path, int mode = 0x1ED) => Add(path, TarEntryKind.Directory, "", mode);

    public TarMaker Link(string path, string target) => Add(path, TarEntryKind.SymbolicLink, target, 0x1FF);

    public TarMaker HardLink(string path, string target) => Add(path, TarEntryKind.HardLink, target, 0x1A4);

    public TarMaker Add(string path, TarEntryKind kind, string target, int mode, string content = "")
    {
        var data = Encoding.UTF8.GetBytes(content);
        writer.WriteHeader(new()
        {
            Path = Encoding.UTF8.GetBytes(path),
            Kind = kind,
            LinkTarget = Encoding.UTF8.GetBytes(target),
            Mode = mode,
            Uid = Owner.Uid,
            Gid = Owner.Gid,
            Size = data.Length,
            Modified = new(1_700_000_000, 0),
        });
        output.Write(data);
        writer.WritePadding(data.Length);
        return this;
    }

    public MemoryStream ToStream()
    {
        writer.WriteEnd();
        output.Flush();
        return new(memory.ToArray());
    }

    public void Dispose()
    {
        output.Dispose();
        memory.Dispose();
    }

    private static FileStatus ReadOwner() => FileStatuses.TryGet("/proc/self", out var status) ? status : default;
}
