package io.jenkins.plugins.octavo.gate;

import hudson.model.Cause;
import hudson.model.Run;
import hudson.model.User;
import hudson.scm.ChangeLogSet;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import jenkins.scm.RunWithSCM;

/** Who has to do with a build. Kept in the build's file as it was when a gate began to wait. */
final class BuildPeople {
    private final List<String> starters;
    private final List<String> authors;

    private BuildPeople(Set<String> starters, Set<String> authors) {
        this.starters = new ArrayList<>(starters);
        this.authors = new ArrayList<>(authors);
    }

    static BuildPeople of(Run<?, ?> run) {
        Set<String> starters = new LinkedHashSet<>();
        addStarters(starters, run.getCauses());
        Set<String> authors = new LinkedHashSet<>();
        if (run instanceof RunWithSCM<?, ?> built) {
            for (ChangeLogSet<? extends ChangeLogSet.Entry> changes : built.getChangeSets()) {
                for (ChangeLogSet.Entry change : changes) {
                    authors.add(change.getAuthor().getId());
                }
            }
        }
        authors.remove(User.getUnknown().getId());
        return new BuildPeople(starters, authors);
    }

    /** A rebuild's cause is an upstream cause, too; who replays or restarts a build is its starter. */
    private static void addStarters(Set<String> starters, List<Cause> causes) {
        for (Cause cause : causes) {
            if (cause instanceof Cause.UserIdCause user && user.getUserId() != null) {
                starters.add(user.getUserId());
            } else if (cause instanceof Cause.UpstreamCause upstream) {
                addStarters(starters, upstream.getUpstreamCauses());
            }
        }
    }

    List<String> starters() {
        return starters;
    }

    List<String> authors() {
        return authors;
    }
}
