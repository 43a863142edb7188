using System.Collections.Immutable;

namespace SharpBuild.Linux.Seccomp;

/// <summary>What a filter does about a system call.</summary>
public abstract record SeccompRule
{
    /// <summary>Let it through.</summary>
    public static SeccompRule Allow { get; } = new VerdictRule(0x7fff_0000);

    /// <summary>Let it fail with an error number.</summary>
    public static SeccompRule Fail(int errno) => new VerdictRule(0x0005_0000u | (uint)errno);

    /// <summary>End the process.</summary>
    public static SeccompRule Kill { get; } = new VerdictRule(0x8000_0000);
}

/// <summary>The same for every call.</summary>
/// <param name="Verdict">The value that the filter returns (SECCOMP_RET_*).</param>
public sealed record VerdictRule(uint Verdict) : SeccompRule;

/// <summary>Depends on the value of an argument; only its low 32 bits are looked at, as the calls in question do themselves.</summary>
/// <param name="Argument">Which argument, from 0.</param>
/// <param name="Allowed">The values that are let through.</param>
/// <param name="Otherwise">What happens with other values.</param>
public sealed record ArgumentRule(int Argument, ImmutableArray<uint> Allowed, SeccompRule Otherwise) : SeccompRule;

/// <summary>Depends on bits of an argument's low 32.</summary>
/// <param name="Argument">Which argument, from 0.</param>
/// <param name="Forbidden">The bits of which none may be set.</param>
/// <param name="Otherwise">What happens when one is.</param>
public sealed record BitsRule(int Argument, uint Forbidden, SeccompRule Otherwise) : SeccompRule;
