using System.Collections.Immutable;
using SharpBuild.Image;

namespace SharpBuild.Builder.Planning;

/// <summary>The steps of a build, each work once, every step after its inputs.</summary>
/// <param name="Steps">The steps in an order in which they could run one by one.</param>
internal sealed record BuildGraph(ImmutableArray<Step> Steps)
{
    /// <summary>Collects steps while a plan is made and lets equal work be one step.</summary>
    public sealed class Builder
    {
        private readonly Dictionary<Digest, Step> byDefinition = [];
        private readonly ImmutableArray<Step>.Builder order = ImmutableArray.CreateBuilder<Step>();

        /// <summary>Adds a step whose inputs were added before, or returns the equal one that is there.</summary>
        public TStep Add<TStep>(TStep step)
            where TStep : Step
        {
            if (byDefinition.TryGetValue(step.Definition, out var known))
            {
                known.IgnoresCache |= step.IgnoresCache;
                return (TStep)known;
            }

            byDefinition.Add(step.Definition, step);
            order.Add(step);
            return step;
        }

        /// <summary>The graph of what was added.</summary>
        public BuildGraph Build() => new(order.ToImmutable());
    }
}
