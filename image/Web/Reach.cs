namespace SharpBuild.Image.Web;

/// <summary>How far a request may go. What the user named may be anywhere; what a server names instead may not be this machine or its link.</summary>
public enum Reach
{
    /// <summary>The user named the host.</summary>
    Anywhere,

    /// <summary>A server named it, and that server is this machine itself: loopback is no news to it.</summary>
    Loopback,

    /// <summary>A server elsewhere named it.</summary>
    Outside,
}
