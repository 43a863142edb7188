namespace SharpBuild.Parser.Sources;

/// <summary>How git reaches a repository.</summary>
public enum GitTransport
{
    /// <summary><c>https://</c>.</summary>
    Https,

    /// <summary><c>http://</c>: not encrypted.</summary>
    Http,

    /// <summary><c>ssh://</c> or <c>user@host:path</c>.</summary>
    Ssh,

    /// <summary><c>git://</c>: neither encrypted nor authenticated.</summary>
    Git,
}
