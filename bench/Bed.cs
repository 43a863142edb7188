using System.Collections.Immutable;
using System.Diagnostics;

namespace SharpBuild.Bench;

/// <summary>A directory that all tools see, with the same base image imported into each of them.</summary>
internal sealed class Bed : IDisposable
{
    /// <summary>The base image's name, everywhere.</summary>
    public const string Base = "localhost/sharpbuild-bench:base";

    private readonly string directory;

    /// <summary>Makes the directory, finds the tools and imports the base image.</summary>
    public Bed()
    {
        directory = Directory.CreateDirectory(Path.Combine(Tools.Chroot.Length > 0 ? Tools.Chroot : "/", "var/tmp", $"sharpbuild-bench-{Environment.ProcessId}")).FullName;
        All = Tools.Find(directory);
        var image = Directory.CreateDirectory(Path.Combine(directory, "base")).FullName;
        var tar = Path.Combine(image, "rootfs.tar");
        Process.Start(Path.Combine(Repository(), "examples/make-busybox-rootfs.sh"), [tar]).WaitForExit();
        // Buildah has no import; for it the folder is a context.
        File.WriteAllText(Path.Combine(image, "Dockerfile"), "FROM scratch\nADD rootfs.tar /\nENV PATH=/bin\n");
        foreach (var tool in All)
        {
            tool.Time(tool.Import(tool.Inside(tar), Base));
        }
    }

    /// <summary>The tools that answered; sharpbuild first.</summary>
    public ImmutableArray<Tool> All { get; }

    /// <summary>The root file system's tar.</summary>
    public string RootFileSystem => Path.Combine(directory, "base/rootfs.tar");

    /// <summary>Writes a workload's context.</summary>
    /// <returns>Its directory.</returns>
    public string Lay(Workload workload)
    {
        var context = Directory.CreateDirectory(Path.Combine(directory, workload.Name)).FullName;
        File.WriteAllText(Path.Combine(context, "Dockerfile"), workload.Dockerfile.Replace("BASE", Base));
        workload.Prepare?.Invoke(context);
        return context;
    }

    /// <summary>The middle of some times.</summary>
    public static double Median(IEnumerable<double> times)
    {
        double[] sorted = [.. times.Order()];
        return sorted[sorted.Length / 2];
    }

    /// <summary>Removes the directory.</summary>
    public void Dispose() => Linux.TreeRemover.Remove(directory);

    private static string Repository()
    {
        var candidate = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(candidate.FullName, "Build.sln")))
        {
            candidate = candidate.Parent ?? throw new InvalidOperationException("no Build.sln above the program");
        }

        return candidate.FullName;
    }
}
