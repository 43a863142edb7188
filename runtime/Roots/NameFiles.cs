using System.Text;

namespace SharpBuild.Runtime.Roots;

/// <summary>The <c>/etc/hosts</c> and <c>/etc/resolv.conf</c> of a sandbox.</summary>
public static class NameFiles
{
    /// <summary>The text of <c>/etc/hosts</c>.</summary>
    public static string Hosts(string hostname, IEnumerable<(string Host, string Address)> extra)
    {
        ArgumentNullException.ThrowIfNull(extra);
        var text = new StringBuilder();
        text.Append("127.0.0.1\tlocalhost ").Append(hostname).Append('\n');
        text.Append("::1\tlocalhost ip6-localhost ip6-loopback\n");
        foreach (var (host, address) in extra)
        {
            text.Append(address).Append('\t').Append(host).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>The text of <c>/etc/resolv.conf</c>, from the host's.</summary>
    /// <param name="host">The host's text.</param>
    /// <param name="keepLoopback">Whether name servers on the loopback interface can be reached: only on the host's network.</param>
    public static string Resolver(string host, bool keepLoopback)
    {
        ArgumentNullException.ThrowIfNull(host);
        if (keepLoopback)
        {
            return host;
        }

        var text = new StringBuilder();
        foreach (var line in host.AsSpan().EnumerateLines())
        {
            if (!IsLoopbackServer(line) && !(line.IsEmpty && text.Length == 0))
            {
                text.Append(line).Append('\n');
            }
        }

        return text.ToString().TrimEnd('\n') + '\n';
    }

    private static bool IsLoopbackServer(ReadOnlySpan<char> line)
    {
        var words = line.Trim().ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return words is ["nameserver", var address, ..]
            && (address.StartsWith("127.", StringComparison.Ordinal) || address == "::1");
    }
}
