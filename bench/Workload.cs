using System.Collections.Immutable;

namespace SharpBuild.Bench;

/// <summary>A build to time.</summary>
/// <param name="Name">A short name.</param>
/// <param name="Dockerfile">Its Dockerfile; <c>BASE</c> stands for the base image.</param>
/// <param name="Prepare">Writes the files beside it, once.</param>
/// <param name="Change">Makes the change before each incremental build; null when that would show nothing.</param>
internal sealed record Workload(string Name, string Dockerfile, Action<string>? Prepare = null, Action<string>? Change = null)
{
    /// <summary>All of them.</summary>
    public static ImmutableArray<Workload> All { get; } =
    [
        new("cached", "FROM BASE\nENV A=1\nWORKDIR /srv\nCOPY a.txt .\nRUN cat a.txt > b.txt\nCMD [\"cat\", \"b.txt\"]\n", directory => File.WriteAllText(Path.Combine(directory, "a.txt"), "a\n")),
        new("run20", RunSteps(20)),
        new("copy10k", "FROM BASE\nCOPY src /src\nRUN ls /src | wc -l\n", SmallFiles, directory => WriteRandom(Path.Combine(directory, "src/d7/f7.txt"), Random.Shared)),
        new("copy512m", "FROM BASE\nCOPY blob.bin /blob.bin\n", BigFile),
        new("write20k", "FROM BASE\nRUN mkdir /o && for i in $(seq 1 20000); do echo $i > /o/$i; done\nRUN rm -rf /o/1*\nRUN chmod -R 700 /o\n"),
        new("parallel8", Parallel()),
    ];

    /// <summary>A Dockerfile with so many RUN instructions that each do next to nothing.</summary>
    public static string RunSteps(int count) =>
        "FROM BASE\n" + string.Concat(Enumerable.Range(0, count).Select(i => $"RUN echo {i} > /f{i}\n"));

    private static string Parallel() =>
        string.Concat(Enumerable.Range(0, 8).Select(i => $"FROM BASE AS s{i}\nRUN sleep 1 && echo {i} > /r{i}\n"))
        + "FROM BASE\n"
        + string.Concat(Enumerable.Range(0, 8).Select(i => $"COPY --from=s{i} /r{i} /r{i}\n"));

    private static void SmallFiles(string directory)
    {
        var random = new Random(1);
        for (var i = 0; i < 10_000; i++)
        {
            WriteRandom(Path.Combine(directory, $"src/d{i % 100}/f{i}.txt"), random);
        }
    }

    private static void WriteRandom(string path, Random random)
    {
        var bytes = new byte[1024];
        random.NextBytes(bytes);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
    }

    // Half of it compresses, half does not.
    private static void BigFile(string directory)
    {
        var random = new Random(2);
        var block = new byte[1 << 20];
        Array.Fill(block, (byte)'A');
        using var file = File.Create(Path.Combine(directory, "blob.bin"));
        for (var i = 0; i < 512; i++)
        {
            random.NextBytes(block.AsSpan(0, 1 << 19));
            file.Write(block);
        }
    }
}
