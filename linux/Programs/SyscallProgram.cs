using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace SharpBuild.Linux.Programs;

/// <summary>
/// A list of system calls that a new process makes before it executes a command.
/// Built once; not thread-safe.
/// </summary>
/// <remarks>
/// Data (strings, structures) lies in a buffer of its own and is referred to by offset. The handles that operands are made of are open in
/// the new process, under the same numbers, and closed when it executes.
/// </remarks>
public sealed unsafe class SyscallProgram
{
    private const int Alignment = 8;

    private readonly List<Operation> operations = new(160);
    private readonly List<int> addresses = []; // offsets of data words that hold an offset into the data
    private readonly HashSet<SafeFileHandle> handles = [];
    private byte[] data = new byte[4096];
    private int used = Alignment; // offset 0 stays free, so that no address equals the buffer's own

    /// <summary>How many operations there are.</summary>
    public int Count => operations.Count;

    internal IEnumerable<SafeFileHandle> Descriptors => handles;

    internal ReadOnlySpan<byte> Content => data.AsSpan(0, used);

    internal ReadOnlySpan<int> Addresses => CollectionsMarshal.AsSpan(addresses);

    internal ReadOnlySpan<Operation> Operations => CollectionsMarshal.AsSpan(operations);

    /// <summary>Adds a call whose failure ends the program.</summary>
    /// <param name="call">The call.</param>
    /// <param name="subject">What it is about, for the message when it fails.</param>
    /// <param name="arguments">Up to six arguments; the rest are zero.</param>
    /// <returns>The value that the call will have returned, for use in later operations.</returns>
    public Operand Add(SyscallNumber call, string? subject, params ReadOnlySpan<Operand> arguments)
    {
        var operation = new Operation(call, subject);
        arguments.CopyTo(operation.Arguments);
        foreach (var argument in arguments)
        {
            if (argument.Handle is { } handle)
            {
                handles.Add(handle);
            }
        }

        operations.Add(operation);
        return Operand.Result(operations.Count - 1);
    }

    /// <summary>Keeps a file open in the new process that no call names.</summary>
    public void Keep(SafeFileHandle handle) => handles.Add(handle);

    /// <summary>Lets the last call fail with one of <paramref name="errors"/> (all below 64; none means any): the program then goes on.</summary>
    public void Tolerate(params ReadOnlySpan<int> errors) => SkipFrom(operations.Count - 1, errors);

    /// <summary>Lets the call at <paramref name="index"/> fail with one of <paramref name="errors"/>: the program then goes on after its last operation so far.</summary>
    public void SkipFrom(int index, params ReadOnlySpan<int> errors)
    {
        var mask = errors.IsEmpty ? SyscallOperation.TolerateAny : 0;
        foreach (var error in errors)
        {
            mask |= error < 64 ? 1UL << error : throw new ArgumentException("only errors below 64 can be tolerated", nameof(errors));
        }

        operations[index] = operations[index] with { Tolerated = mask, Advance = operations.Count - index };
    }

    /// <summary>A zero-terminated string.</summary>
    public Operand Text(string value)
    {
        var offset = Reserve(Encoding.UTF8.GetByteCount(value) + 1);
        Encoding.UTF8.GetBytes(value, data.AsSpan(offset));
        return Operand.Data(offset);
    }

    /// <summary>A structure without pointers, as the kernel's C declaration lays it out.</summary>
    public Operand Structure<T>(in T value)
        where T : unmanaged
    {
        var offset = Reserve(sizeof(T));
        MemoryMarshal.Write(data.AsSpan(offset), in value);
        return Operand.Data(offset);
    }

    /// <summary>Numbers or bytes, one after the other.</summary>
    public Operand Values<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        var bytes = MemoryMarshal.AsBytes(values);
        var offset = Reserve(bytes.Length);
        bytes.CopyTo(data.AsSpan(offset));
        return Operand.Data(offset);
    }

    /// <summary>Words of which some are addresses: an array of strings, or a structure with pointers. A data operand becomes an address.</summary>
    public Operand Words(params ReadOnlySpan<Operand> words)
    {
        var offset = Reserve(words.Length * sizeof(long));
        for (var index = 0; index < words.Length; index++)
        {
            var at = offset + (index * sizeof(long));
            MemoryMarshal.Write(data.AsSpan(at), words[index].Value);
            if (words[index].Kind == OperandKind.Data)
            {
                addresses.Add(at);
            }
        }

        return Operand.Data(offset);
    }

    /// <summary>An array of strings that a null pointer ends, as execve(2) takes them.</summary>
    public Operand TextArray(IReadOnlyList<string> values)
    {
        var words = new Operand[values.Count + 1];
        for (var index = 0; index < values.Count; index++)
        {
            words[index] = Text(values[index]);
        }

        words[^1] = 0;
        return Words(words);
    }

    /// <summary>The failure of the call at <paramref name="index"/>.</summary>
    internal ProgramFailure Describe(int index, int errno)
    {
        var operation = operations[index];
        var tolerated = operation.Tolerated & (SyscallOperation.TolerateAny | (errno < 64 ? 1UL << errno : 0));
        return new(NameOf(operation.Call), errno, operation.Subject, tolerated != 0);
    }

    /// <summary>One line an operation, for reviews and snapshots.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        for (var index = 0; index < operations.Count; index++)
        {
            Append(text, index, operations[index]);
        }

        return text.ToString();
    }

    private static string NameOf(SyscallNumber call)
    {
        var name = new StringBuilder();
        foreach (var letter in call.ToString())
        {
            name.Append(char.IsUpper(letter) && name.Length > 0 ? "_" : "").Append(char.ToLowerInvariant(letter));
        }

        return name.ToString();
    }

    private static void Append(StringBuilder text, int index, in Operation operation)
    {
        text.Append(CultureInfo.InvariantCulture, $"{index,3} {NameOf(operation.Call)}(");
        var arguments = operation.Arguments;
        var count = arguments.Length;
        while (count > 0 && arguments[count - 1] == default)
        {
            count--;
        }

        for (var position = 0; position < count; position++)
        {
            text.Append(position == 0 ? "" : ", ").Append(arguments[position] switch
            {
                { Kind: OperandKind.Result } result => string.Create(CultureInfo.InvariantCulture, $"%{result.Value}"),
                { Kind: OperandKind.Data } => "&",
                { Kind: OperandKind.Report } => "report",
                { Value: < 0 and > -4096 } number => number.Value.ToString(CultureInfo.InvariantCulture),
                var number => "0x" + number.Value.ToString("x", CultureInfo.InvariantCulture),
            });
        }

        text.Append(')').Append(operation.Subject is { } subject ? " " + subject : "");
        if (operation.Advance > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $" else {index + operation.Advance}");
        }

        text.Append('\n');
    }

    private int Reserve(int size)
    {
        var offset = used;
        used = (used + size + Alignment - 1) & -Alignment;
        if (used > data.Length)
        {
            Array.Resize(ref data, Math.Max(used, data.Length * 2));
        }

        return offset;
    }

    /// <summary>An operation before it has an address.</summary>
    internal readonly record struct Operation(SyscallNumber Call, string? Subject)
    {
        public Operand[] Arguments { get; } = new Operand[SyscallOperation.ArgumentCount];

        public ulong Tolerated { get; init; }

        public int Advance { get; init; }
    }
}
