namespace SharpBuild.Image.Layers;

/// <summary>A path of a tar as a list of names, each followed by a zero byte for the kernel. Reused from entry to entry.</summary>
internal sealed class TarPath
{
    private readonly List<Range> names = new(16);
    private byte[] text = new byte[512];
    private int length;

    public int Count => names.Count;

    /// <summary>A name with its ending zero byte.</summary>
    public ReadOnlySpan<byte> this[int index] => text.AsSpan(names[index]);

    public static bool IsDotDot(ReadOnlySpan<byte> name) => name.SequenceEqual("..\0"u8);

    /// <summary>Reads a path of an entry: leading slashes and <c>.</c> do not count, <c>..</c> takes the name before it away. False when it leads above the root or holds a zero byte.</summary>
    public bool TryReadClean(ReadOnlySpan<byte> path)
    {
        Clear();
        return TryAdd(path, DotDots.Refused);
    }

    /// <summary>As <see cref="TryReadClean"/>, but <c>..</c> that leads above the root vanishes. False when it holds a zero byte.</summary>
    public bool TryReadClamped(ReadOnlySpan<byte> path)
    {
        Clear();
        return TryAdd(path, DotDots.Clamped);
    }

    /// <summary>Reads a path with <c>..</c> as it is, for a walk that may meet links.</summary>
    public void Read(ReadOnlySpan<byte> path)
    {
        Clear();
        TryAdd(path, DotDots.Kept);
    }

    public void RemoveLast() => names.RemoveAt(names.Count - 1);

    private void Clear()
    {
        names.Clear();
        length = 0;
    }

    private bool TryAdd(ReadOnlySpan<byte> path, DotDots dotDots)
    {
        if (path.Contains((byte)0))
        {
            return false;
        }

        // Names alternate with zero bytes where the slashes were.
        if (text.Length < length + path.Length + 1)
        {
            Array.Resize(ref text, (length + path.Length) * 2);
        }

        while (!path.IsEmpty)
        {
            var slash = path.IndexOf((byte)'/');
            var name = slash < 0 ? path : path[..slash];
            path = slash < 0 ? default : path[(slash + 1)..];
            if (name.IsEmpty || name.SequenceEqual("."u8))
            {
                continue;
            }

            if (dotDots != DotDots.Kept && name.SequenceEqual(".."u8))
            {
                if (names.Count > 0)
                {
                    RemoveLast();
                }
                else if (dotDots == DotDots.Refused)
                {
                    return false;
                }

                continue;
            }

            Add(name);
        }

        return true;
    }

    private void Add(ReadOnlySpan<byte> name)
    {
        name.CopyTo(text.AsSpan(length));
        text[length + name.Length] = 0;
        names.Add(length..(length + name.Length + 1));
        length += name.Length + 1;
    }

    private enum DotDots
    {
        Kept,
        Refused,
        Clamped,
    }
}
