using System.Diagnostics;
using SharpBuild.Linux;
using SharpBuild.Linux.Programs;
using Xunit;

namespace SharpBuild.UnitTests.Linux;

public sealed class ProgramStarterTests
{
    [Theory]
    [InlineData("Starter")]
    [InlineData("Interpreter")]
    public void The_bytes_are_what_their_listing_assembles_to(string name)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/as") && File.Exists("/usr/bin/objcopy"), "needs binutils");
        var code = MachineCode.Current;
        Assert.SkipWhen(code is null, "there is no machine code for this processor");
        var directory = Directory.CreateTempSubdirectory("sharpbuild-code-").FullName;
        Run("as", "-o", $"{directory}/code.o", Path.Combine(Repository.Root, $"linux/Programs/{name}.x64.s"));
        Run("objcopy", "-O", "binary", "-j", ".text", $"{directory}/code.o", $"{directory}/code.bin");

        var assembled = File.ReadAllBytes($"{directory}/code.bin");
        TreeRemover.Remove(directory);

        Assert.Equal(assembled, name == "Starter" ? code.Starter : code.Interpreter);
    }

    [Fact]
    public void A_program_executes_a_command()
    {
        var program = new SyscallProgram();
        program.UnblockSignals();
        program.Execute("/bin/sh", program.TextArray(["sh", "-c", "exit $1", "sh", "5"]), program.TextArray([]));

        Assert.Equal(5, RunToEnd(program).Code);
    }

    [Fact]
    public void A_result_can_be_the_argument_of_a_later_call()
    {
        var (reader, writer) = Pipes.Create();
        var program = new SyscallProgram();
        var copy = program.Add((SyscallNumber)32, "dup", writer);
        program.Add(SyscallNumber.Write, "the pipe", copy, program.Text("hi"), 2);
        program.Execute("/bin/true", program.TextArray(["true"]), program.TextArray([]));

        Assert.Equal(0, RunToEnd(program).Code);

        writer.Dispose();
        using var text = new StreamReader(new FileStream(reader, FileAccess.Read, 0));
        Assert.Equal("hi", text.ReadToEnd());
    }

    [Fact]
    public void A_failed_call_is_named_with_its_error_and_its_subject()
    {
        var program = new SyscallProgram();
        program.ChangeDirectory("/nowhere at all");

        var (code, failure) = RunToEnd(program);

        Assert.Equal(127, code);
        Assert.Equal(new ProgramFailure("chdir", Errno.ENOENT, "/nowhere at all"), failure);
    }

    [Fact]
    public void A_tolerated_error_goes_on_after_the_skipped_calls()
    {
        var program = new SyscallProgram();
        program.ChangeDirectory("/nowhere at all");
        program.ChangeDirectory("/nowhere either");
        program.SkipFrom(0, Errno.ENOENT);
        program.ChangeDirectory("/");
        program.Execute("/bin/true", program.TextArray(["true"]), program.TextArray([]));

        Assert.Equal((0, null), RunToEnd(program));
    }

    [Fact]
    public void An_error_that_is_not_tolerated_ends_the_program()
    {
        var program = new SyscallProgram();
        program.ChangeDirectory("/nowhere at all");
        program.Tolerate(Errno.EACCES);

        Assert.Equal(Errno.ENOENT, RunToEnd(program).Failure!.Errno);
    }

    [Fact]
    public void A_signal_ends_a_process_with_128_and_its_number()
    {
        var program = new SyscallProgram();
        program.UnblockSignals();
        program.Execute("/bin/sh", program.TextArray(["sh", "-c", "kill -TERM $$"]), program.TextArray(["PATH=/bin:/usr/bin"]));

        Assert.Equal(143, RunToEnd(program).Code);
    }

    [Fact]
    public void All_failures_are_told_until_a_command_executes()
    {
        var program = new SyscallProgram();
        foreach (var path in (string[])["/nowhere at all", "/etc/passwd", "/bin/true"])
        {
            program.Execute(path, program.TextArray(["true"]), program.TextArray([]));
            program.Tolerate();
        }

        using var run = Start(program);

        Assert.Null(run.WaitForExec());
        Assert.Equal([(Errno.ENOENT, true), (Errno.EACCES, true)], run.Failures.Select(failure => (failure.Errno, failure.IsTolerated)));
        using var process = run.TakeDescriptor();
        Assert.Equal(0, Processes.Wait(process).Code);
    }

    [Fact]
    public void The_command_has_no_descriptor_of_ours()
    {
        var (reader, writer) = Pipes.Create();
        using var secret = Pipes.MemoryFile("secret");
        var program = new SyscallProgram();
        program.Duplicate(writer, 1);
        program.Add(SyscallNumber.Write, null, secret, program.Text("x"), 1);
        program.CloseAtExec(3);
        program.UnblockSignals();
        program.Execute("/bin/ls", program.TextArray(["ls", "/proc/self/fd"]), program.TextArray([]));

        using var run = Start(program);
        writer.Dispose();
        using var text = new StreamReader(new FileStream(reader, FileAccess.Read, 0));

        Assert.Equal("0\n1\n2\n3\n", text.ReadToEnd());
        using var process = run.TakeDescriptor();
        Assert.Equal(0, Processes.Wait(process).Code);
    }

    [Fact]
    public void Until_it_executes_it_is_a_sealed_file_in_memory()
    {
        var (waiting, release) = Pipes.Create();
        var program = new SyscallProgram();
        program.Add(SyscallNumber.Read, null, waiting, program.Values<long>([0]), 1);
        program.Execute("/bin/true", program.TextArray(["true"]), program.TextArray([]));

        using var run = Start(program);
        var path = $"/proc/{run.ProcessId}/exe";

        Assert.StartsWith("/memfd:container-start", new FileInfo(path).LinkTarget, StringComparison.Ordinal);
        Assert.Equal((byte)'E', File.ReadAllBytes(path)[1]);
        Assert.ThrowsAny<Exception>(() => File.WriteAllText(path, "overwritten"));
        Assert.ThrowsAny<Exception>(() => File.SetUnixFileMode(path, UnixFileMode.None));

        release.Dispose();
        using var process = run.TakeDescriptor();
        Assert.Null(run.WaitForExec());
        Assert.Equal(0, Processes.Wait(process).Code);
    }

    [Fact]
    public void Without_a_table_it_only_says_what_it_is_not()
    {
        foreach (var arguments in (string[][])[["x"], ["x", "0"], ["x", "/script"], ["x", ""], ["x", "99"], ["x", "3", "4"]])
        {
            var (reader, writer) = Pipes.Create();
            var program = new SyscallProgram();
            program.Duplicate(writer, 2);
            program.CloseAtExec(3);
            program.UnblockSignals();
            program.Execute("/proc/self/exe", program.TextArray(arguments), program.TextArray([]));

            using var run = Start(program);
            writer.Dispose();
            using var text = new StreamReader(new FileStream(reader, FileAccess.Read, 0));

            Assert.Equal("sharpbuild: /proc/self/exe is no program of this container\n", text.ReadToEnd());
            using var process = run.TakeDescriptor();
            Assert.Equal(126, Processes.Wait(process).Code);
        }
    }

    private static (int Code, ProgramFailure? Failure) RunToEnd(SyscallProgram program)
    {
        using var run = Start(program);
        using var process = run.TakeDescriptor();
        var failure = run.WaitForExec();
        return (Processes.Wait(process).Code, failure);
    }

    private static ProgramRun Start(SyscallProgram program)
    {
        Assert.SkipUnless(ProgramStarter.IsSupported, "there is no machine code for this processor");
        return ProgramStarter.Start(program);
    }

    private static void Run(string tool, params string[] arguments)
    {
        using var process = Process.Start(tool, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    private static class Repository
    {
        public static string Root { get; } = Find();

        private static string Find()
        {
            var directory = new DirectoryInfo(AppContext.BaseDirectory);
            while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Build.sln")))
            {
                directory = directory.Parent;
            }

            return directory?.FullName ?? Environment.GetEnvironmentVariable("SHARPBUILD_REPOSITORY") ?? "";
        }
    }
}
