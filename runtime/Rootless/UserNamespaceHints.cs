namespace SharpBuild.Runtime.Rootless;

/// <summary>Why hosts forbid user namespaces, and what would mend it.</summary>
internal static class UserNamespaceHints
{
    /// <summary>The first switch of this host that is off.</summary>
    public static string Find()
    {
        if (Reads("/proc/sys/kernel/unprivileged_userns_clone", "0"))
        {
            return "set the sysctl kernel.unprivileged_userns_clone to 1, or run as root";
        }

        if (Reads("/proc/sys/user/max_user_namespaces", "0"))
        {
            return "set the sysctl user.max_user_namespaces to 15000, or run as root";
        }

        return Reads("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1")
            ? "give sharpbuild an AppArmor profile with the userns permission, or set the sysctl "
                + "kernel.apparmor_restrict_unprivileged_userns to 0, or run as root"
            : "run as root; in a container, its seccomp or AppArmor profile must allow user namespaces";
    }

    private static bool Reads(string path, string value)
    {
        try
        {
            return File.ReadAllText(path).Trim() == value;
        }
        catch (Exception absent) when (absent is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
