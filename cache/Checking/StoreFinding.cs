namespace SharpBuild.Cache.Checking;

/// <summary>Something in a store that should not be so.</summary>
/// <param name="Kind">How bad it is.</param>
/// <param name="Path">The file or directory.</param>
/// <param name="Problem">What is wrong, in a few words.</param>
/// <param name="IsRepaired">Whether it was removed.</param>
public sealed record StoreFinding(StoreFindingKind Kind, string Path, string Problem, bool IsRepaired);

/// <summary>How bad a finding is.</summary>
public enum StoreFindingKind
{
    /// <summary>Nobody uses it, and nothing goes wrong because of it; it takes space until it is collected. A killed process may leave such things.</summary>
    Leftover,

    /// <summary>Somebody could stumble over it: content that is not what its name says, or a name that leads nowhere.</summary>
    Damage,
}
