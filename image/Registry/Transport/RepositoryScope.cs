namespace SharpBuild.Image.Registry.Transport;

/// <summary>What a request needs to be allowed, in the words of the token protocol.</summary>
/// <param name="Repository">The repository, as the endpoint names it.</param>
/// <param name="IsPush">Whether it writes.</param>
/// <param name="MountFrom">A repository that it reads too.</param>
internal readonly record struct RepositoryScope(string Repository, bool IsPush = false, string? MountFrom = null)
{
    /// <summary>One text a resource.</summary>
    public string[] ToScopes()
    {
        var own = $"repository:{Repository}:{(IsPush ? "pull,push" : "pull")}";
        return MountFrom is null || MountFrom == Repository ? [own] : [own, $"repository:{MountFrom}:pull"];
    }
}
