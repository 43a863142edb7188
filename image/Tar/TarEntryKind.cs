namespace SharpBuild.Image.Tar;

/// <summary>What a tar entry is, by its type flag.</summary>
public enum TarEntryKind
{
    /// <summary>A regular file.</summary>
    File = '0',

    /// <summary>Another name of an earlier entry.</summary>
    HardLink = '1',

    /// <summary>A symbolic link.</summary>
    SymbolicLink = '2',

    /// <summary>A character device.</summary>
    CharacterDevice = '3',

    /// <summary>A block device.</summary>
    BlockDevice = '4',

    /// <summary>A directory.</summary>
    Directory = '5',

    /// <summary>A FIFO.</summary>
    Fifo = '6',
}
