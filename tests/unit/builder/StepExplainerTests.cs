using System.Collections.Immutable;
using SharpBuild.Builder.Explaining;
using SharpBuild.Cache;
using SharpBuild.Cache.Content;
using SharpBuild.Cache.Traces;
using SharpBuild.Image;
using Xunit;

namespace SharpBuild.UnitTests.Builder;

public sealed class StepExplainerTests
{
    private static readonly Digest Old = Digest.Compute("old"u8);
    private static readonly Digest New = Digest.Compute("new"u8);

    [Fact]
    public void A_variable_with_another_value_is_named() => Assert.Equal(
        ["VERSION: 1 → 2"],
        Explain(Step("[3/3] RUN make", ("variable VERSION", "2")), Step("[3/3] RUN make", ("variable VERSION", "1"))));

    [Fact]
    public void A_variable_that_is_new_or_gone_is_named() => Assert.Equal(
        ["A: (not set) → 1", "B: (empty) → (not set)"],
        Explain(Step("RUN make", ("variable A", "1")), Step("RUN make", ("variable B", ""))));

    [Fact]
    public void A_step_below_is_named_last() => Assert.Equal(
        ["X: 1 → 2", "it builds on '[2/3] COPY . .', which changed"],
        Explain(Step("RUN make", ("parent", New.ToString()), ("variable X", "2")), Step("RUN make", ("parent", Old.ToString()), ("variable X", "1"))));

    [Fact]
    public void Another_command_in_the_same_place_shows_both() => Assert.Equal(
        ["the command: make → make all"],
        Explain(Step("[3/3] RUN make all", ("command[0]", "make all")), Step("[2/3] RUN other", ("command[0]", "other")), Step("[3/3] RUN make", ("command[0]", "make"))));

    [Fact]
    public void Files_are_named_one_by_one() => Assert.Equal(
        ["src/a: other content", "src/b: mode 100644 → 100755"],
        Explain(Step("COPY src .", ("files src", New.ToString())), Step("COPY src .", ("files src", Old.ToString()))));

    [Fact]
    public void A_step_that_nobody_knows_is_new() => Assert.Equal(
        ["no earlier build of this Dockerfile had such a step"], Explain(Step("RUN make"), new StepTrace("COPY . .", null, StepOutcome.Ran, [new("kind", "copy/1")])));

    [Fact]
    public void An_equal_step_without_result_is_lost() => Assert.Contains("its result is not in the store", Assert.Single(Explain(Step("RUN make"), Step("RUN make"))), StringComparison.Ordinal);

    private static StepTrace Step(string name, params (string Name, string Value)[] parts) =>
        new(name, null, StepOutcome.Ran, [new("kind", "run/1"), .. parts.Select(part => new KeyPart(part.Name, part.Value))]);

    private static IEnumerable<string> Explain(StepTrace step, params StepTrace[] earlier)
    {
        var explainer = new StepExplainer(
            [new BuildTrace(default, [.. earlier])],
            key => key == New ? "[2/3] COPY . ." : null,
            (before, after) => before == Old && after == New ? ImmutableArray.Create(new FileChange("src/a", FileChangeKind.Content, null, null), new FileChange("src/b", FileChangeKind.Mode, "100644", "100755")) : null);
        return explainer.Explain(step, ignoresCache: false).Select(StepReasons.Describe);
    }
}
