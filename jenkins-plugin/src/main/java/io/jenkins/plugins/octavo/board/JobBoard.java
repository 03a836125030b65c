package io.jenkins.plugins.octavo.board;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.model.Action;
import hudson.model.Item;
import hudson.model.ItemGroup;
import hudson.model.Job;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import jenkins.model.TransientActionFactory;

/** The board of a job: its microservices, with what its neighbours have done to them, such as a rollback. */
public final class JobBoard extends BoardAction {
    private final Job<?, ?> job;

    JobBoard(Job<?, ?> job) {
        this.job = job;
    }

    @Override
    Collection<? extends Job<?, ?>> jobs() {
        List<Job<?, ?>> jobs = new ArrayList<>(List.of(job));
        ItemGroup<?> group = job.getParent();
        for (Item item : group.getItems()) {
            if (item instanceof Job<?, ?> other && other != job) {
                jobs.add(other);
            }
        }
        return jobs;
    }

    @Override
    Predicate<Place> shown() {
        Set<Place> own = new HashSet<>();
        try {
            DeliveryFiles.of(job).read(index -> own.addAll(index.places()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return own::contains;
    }

    @Override
    public Item getItem() {
        return job;
    }

    @Override
    public Object getOwner() {
        return job;
    }

    @Override
    void checkRead() {
        job.checkPermission(Item.READ);
    }

    /** A job that has delivered nothing has the page, and nothing that leads there. */
    @Override
    @CheckForNull
    public String getIconFileName() {
        return Files.exists(job.getRootDir().toPath().resolve(DeliveryFile.NAME)) ? icon() : null;
    }

    /** Gives it to jobs. */
    @Extension
    @SuppressWarnings("rawtypes")
    public static final class Factory extends TransientActionFactory<Job> {
        @Override
        public Class<Job> type() {
            return Job.class;
        }

        @Override
        public Collection<? extends Action> createFor(Job target) {
            return List.of(new JobBoard(target));
        }
    }
}
