using SharpBuild.Parser.Sources;
using Xunit;

namespace SharpBuild.UnitTests.Parser;

public sealed class RemoteSourceTests
{
    [Theory]
    [InlineData("https://example.com/foo.git", "https://example.com/foo.git", null, "")]
    [InlineData("https://example.com/foo.git#deadbeef", "https://example.com/foo.git", "deadbeef", "")]
    [InlineData("https://example.com/foo.git#release/1.2", "https://example.com/foo.git", "release/1.2", "")]
    [InlineData("https://example.com/bar.git#baz/qux:quux/quuz", "https://example.com/bar.git", "baz/qux", "quux/quuz")]
    [InlineData("https://example.com/bar.git#:/my/./x/../folder/", "https://example.com/bar.git", null, "my/folder")]
    [InlineData("https://example.com/bar.git#:../../etc", "https://example.com/bar.git", null, "etc")]
    [InlineData("HTTPS://example.com/foo.git", "https://example.com/foo.git", null, "")]
    [InlineData("https://user:word@example.com:8443/foo.git", "https://example.com:8443/foo.git", null, "")]
    [InlineData("git://example.com/foo", "git://example.com/foo", null, "")]
    [InlineData("ssh://git@example.com:2222/~/foo#main", "ssh://git@example.com:2222/~/foo", "main", "")]
    [InlineData("git@example.com:moby/buildkit", "git@example.com:moby/buildkit", null, "")]
    [InlineData("some_one@example.com:/srv/foo.git?subdir=/sub#v1.0.0", "some_one@example.com:/srv/foo.git", "v1.0.0", "sub")]
    [InlineData("https://example.com/foo.git?ref=v1&subdir=/sub", "https://example.com/foo.git", "v1", "sub")]
    [InlineData("https://example.com/foo.git?ref=v1#v1", "https://example.com/foo.git", "v1", "")]
    [InlineData("https://example.com/foo.git?tag=v1", "https://example.com/foo.git", "refs/tags/v1", "")]
    [InlineData("https://example.com/foo.git?tag=refs/tags/v1", "https://example.com/foo.git", "refs/tags/v1", "")]
    [InlineData("https://example.com/foo.git?branch=feature%2Fone", "https://example.com/foo.git", "refs/heads/feature/one", "")]
    public void A_git_repository_is_known_by_its_url(string text, string remote, string? name, string directory)
    {
        var git = Git(text);

        Assert.Equal((remote, name, directory), (git.Remote, git.Ref, git.Subdirectory));
        Assert.Equal(text.Replace("user:word@", ""), git.Text);
    }

    [Theory]
    [InlineData("https://example.com/foo.git", GitTransport.Https, "example.com")]
    [InlineData("http://me@example.com:81/foo.git", GitTransport.Http, "example.com:81")]
    [InlineData("ssh://git@example.com:22/foo", GitTransport.Ssh, "example.com:22")]
    [InlineData("git@example.com:foo", GitTransport.Ssh, "example.com")]
    [InlineData("git://example.com/foo", GitTransport.Git, "example.com")]
    public void Its_server_is_reached_as_the_scheme_says(string text, GitTransport transport, string host)
    {
        var git = Git(text);

        Assert.Equal((transport, host), (git.Transport, git.Host));
    }

    [Fact]
    public void The_query_says_all_else()
    {
        var git = Git("https://example.com/foo.git?commit=deadbeef&keep-git-dir=1&submodules=false&mtime=commit&fetch-by-commit");

        Assert.Equal("deadbeef", git.Checksum);
        Assert.True(git.KeepsGitDirectory);
        Assert.False(git.HasSubmodules);
        Assert.True(git.UsesCommitTime);
        Assert.True(git.IsFetchedByCommit);
    }

    [Fact]
    public void A_plain_url_leaves_the_rest_open()
    {
        var git = Git("https://example.com/foo.git");

        Assert.Null(git.Checksum);
        Assert.Null(git.KeepsGitDirectory);
        Assert.True(git.HasSubmodules);
        Assert.False(git.UsesCommitTime);
    }

    [Theory]
    [InlineData("https://example.com/foo.git?ref=v1#v2", "names both 'v2' and 'v1'")]
    [InlineData("https://example.com/foo.git?ref=v1&tag=v2", "names both 'v1' and 'refs/tags/v2'")]
    [InlineData("https://example.com/foo.git?tag=v1&branch=v1", "a tag and a branch")]
    [InlineData("https://example.com/foo.git?subdir=a#:b", "names both the directory 'b' and 'a'")]
    [InlineData("https://example.com/foo.git?invalid=123", "'invalid' of the git URL is not known")]
    [InlineData("https://example.com/foo.git?ref=", "'ref' of the git URL has no value")]
    [InlineData("https://example.com/foo.git?ref=a&ref=a", "says 'ref' twice")]
    [InlineData("https://example.com/foo.git?mtime=now", "'now' is not a value for 'mtime'")]
    [InlineData("https://example.com/foo.git?submodules=maybe", "'maybe' is not a value for 'submodules'")]
    [InlineData("https://example.com/foo.git#--upload-pack=evil", "not a name of a branch")]
    public void A_repository_that_contradicts_itself_is_refused(string text, string message)
    {
        var problem = Assert.Throws<SourceSyntaxException>(() => RemoteSource.TryParse(text, out _));

        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://example.com/", "__unnamed__")]
    [InlineData("https://example.com", "__unnamed__")]
    [InlineData("https://example.com?file=x", "__unnamed__")]
    [InlineData("https://example.com/a/b.tar.gz", "b.tar.gz")]
    [InlineData("https://example.com/a/b/?version=1/2#top", "b")]
    [InlineData("https://example.com/a/b%20c", "b c")]
    [InlineData("https://example.com/a/b%2Fc", "c")]
    [InlineData("https://example.com/a/100%", "__unnamed__")]
    [InlineData("https://example.com/foo.git/", "foo.git")]
    [InlineData("https://example.com/foo.git.bar", "foo.git.bar")]
    [InlineData("http://example.com/docker.git:#branch", "docker.git:")]
    public void A_file_on_a_web_server_is_named_after_its_url(string text, string name)
    {
        Assert.True(RemoteSource.TryParse(text, out var source));
        Assert.Equal(new HttpSource(text, name), source);
    }

    [Theory]
    [InlineData("./foo.git")]
    [InlineData("../foo.git")]
    [InlineData(".git")]
    [InlineData("")]
    [InlineData("github.com/moby/buildkit")]
    [InlineData("custom.xyz/moby/buildkit.git")]
    [InlineData("ftp://example.com/foo.git")]
    [InlineData("HTTP://example.com/foo")]
    [InlineData("a b@example.com:x")]
    [InlineData("C:/foo")]
    public void All_else_is_a_path(string text)
    {
        Assert.False(RemoteSource.TryParse(text, out var source));
        Assert.Null(source);
    }

    [Fact]
    public void A_context_may_leave_out_the_scheme_of_one_server()
    {
        Assert.True(RemoteSource.TryParseContext("github.com/moby/buildkit#master:hack", out var source));

        var git = Assert.IsType<GitSource>(source);
        Assert.Equal(("https://github.com/moby/buildkit", "master", "hack"), (git.Remote, git.Ref, git.Subdirectory));
        Assert.False(RemoteSource.TryParseContext("gitlab.com/moby/buildkit", out _));
        Assert.True(RemoteSource.TryParseContext("https://example.com/context.tar", out _));
    }

    [Theory]
    [InlineData("https://me:word@example.com/a.git#x", "https://example.com/a.git#x", "me:word")]
    [InlineData("https://me:w%40rd@example.com/a.git", "https://example.com/a.git", "me:w@rd")]
    [InlineData("https://TOKEN@example.com/a.git", "https://example.com/a.git", "TOKEN:")]
    [InlineData("http://:word@example.com/file", "http://example.com/file", ":word")]
    [InlineData("http://a@b:word@example.com/file?x#y", "http://example.com/file?x#y", "a@b:word")]
    [InlineData("https://example.com/a@b:c", "https://example.com/a@b:c", null)]
    [InlineData("https://example.com:8080/a@b:c", "https://example.com:8080/a@b:c", null)]
    [InlineData("ssh://git@example.com/a", "ssh://git@example.com/a", null)]
    [InlineData("ssh://git:word@example.com/a", "ssh://git@example.com/a", "git:word")]
    [InlineData("git://me@example.com/a", "git://example.com/a", "me:")]
    [InlineData("git@example.com:a", "git@example.com:a", null)]
    public void A_login_is_split_from_its_url(string text, string shown, string? login)
    {
        Assert.True(RemoteSource.TryParse(text, out var source));
        Assert.Equal(shown, source.Text);
        var header = login is null ? null : "Basic " + Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(login));
        Assert.Equal(header, source.Login?.ToHeader());
        Assert.DoesNotContain("word", source.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("TOKEN", source.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://me:wo/rd@example.com/file")]
    [InlineData("https://me:wo#rd@example.com/a.git")]
    [InlineData("https://me:wo?rd@example.com/a.git")]
    public void A_password_that_ends_nowhere_is_refused_unseen(string text)
    {
        var problem = Assert.Throws<SourceSyntaxException>(() => RemoteSource.TryParse(text, out _));
        Assert.DoesNotContain("rd", UrlLogin.Hide(text), StringComparison.Ordinal);
        Assert.DoesNotContain("wo", problem.Message.Replace("password", "").Replace("word", ""), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fetch https://me:word@example.com/a and http://TOKEN@b/c.", "fetch https://xxxxx:xxxxx@example.com/a and http://xxxxx@b/c.")]
    [InlineData("HTTP://me:word@h/x", "HTTP://xxxxx:xxxxx@h/x")]
    [InlineData("'https://me:word@h'", "'https://xxxxx:xxxxx@h'")]
    [InlineData("http:///me:word@h/x", "http:///xxxxx:xxxxx@h/x")]
    [InlineData("http://xxxxx:xxxxx@h/x", "http://xxxxx:xxxxx@h/x")]
    [InlineData("ssh://git@h/x git@h:x me@example.com http://h/a@b", "ssh://git@h/x git@h:x me@example.com http://h/a@b")]
    [InlineData("http://h \"x@y\"", "http://h \"x@y\"")]
    public void Logins_in_a_text_are_hidden(string text, string shown) => Assert.Equal(shown, UrlLogin.Hide(text));

    [Theory]
    [InlineData("0123456789abcdef0123456789abcdef01234567", true)]
    [InlineData("0123456789abcdef0123456789abcdef012345670123456789abcdef01234567", true)]
    [InlineData("0123456789ABCDEF0123456789abcdef01234567", false)]
    [InlineData("0123456", false)]
    public void A_commit_is_all_of_its_digits_in_lower_case(string text, bool expected) =>
        Assert.Equal(expected, GitSource.IsCommit(text));

    private static GitSource Git(string text) =>
        RemoteSource.TryParse(text, out var source) ? Assert.IsType<GitSource>(source) : throw new InvalidOperationException(text);
}
