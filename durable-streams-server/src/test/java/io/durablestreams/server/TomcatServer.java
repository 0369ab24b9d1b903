package io.durablestreams.server;

import java.io.File;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.startup.Tomcat;
import org.apache.catalina.valves.RemoteIpValve;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import io.durablestreams.server.handler.DurableStreamHandler;

/** A Tomcat with four threads, whose only servlet serves streams. */
final class TomcatServer implements DurableStreamServer {

    static final int THREADS = 4;

    /** Held here, because the log manager forgets loggers that nobody holds. */
    private static final Logger LOG = Logger.getLogger("org.apache");

    private final List<LogRecord> complaints = new CopyOnWriteArrayList<>();
    private final Handler complaining = new Handler() {
        @Override
        public void publish(LogRecord line) {
            if (line.getLevel().intValue() >= Level.SEVERE.intValue()) {
                complaints.add(line);
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    private final String basePath;
    private final DurableStreamHandler handler;
    private final File folder;
    private final Tomcat tomcat = new Tomcat();

    TomcatServer(String basePath, DurableStreamHandler handler, File folder) {
        this.basePath = DurableStreamRoutes.withoutSlashAtTheEnd(basePath);
        this.handler = handler;
        this.folder = folder;
    }

    @Override
    public Mono<URI> start() {
        return Mono.fromCallable(() -> {
                    LOG.setUseParentHandlers(false);
                    LOG.addHandler(complaining);
                    tomcat.setBaseDir(folder.getPath());
                    tomcat.setPort(0);
                    tomcat.getConnector().setProperty("address", "127.0.0.1");
                    tomcat.getConnector().setProperty("maxThreads", Integer.toString(THREADS));
                    tomcat.getConnector().setProperty("minSpareThreads", "1");
                    tomcat.getEngine().getPipeline().addValve(proxyHeaders());
                    Context context = tomcat.addContext("", folder.getPath());
                    Tomcat.addServlet(context, "streams", new DurableStreamServlet(handler))
                            .setAsyncSupported(true);
                    context.addServletMappingDecoded(basePath + "/*", "streams");
                    tomcat.start();
                    return url();
                })
                .subscribeOn(Schedulers.boundedElastic());
    }

    private static RemoteIpValve proxyHeaders() {
        RemoteIpValve valve = new RemoteIpValve();
        valve.setHostHeader("X-Forwarded-Host");
        valve.setProtocolHeader("X-Forwarded-Proto");
        return valve;
    }

    @Override
    public Mono<Void> stop() {
        return handler.stopLiveReads()
                .then(Mono.<Void>fromRunnable(this::end).subscribeOn(Schedulers.boundedElastic()));
    }

    private void end() {
        if (!isRunning()) {
            return;
        }
        try {
            tomcat.stop();
            tomcat.destroy();
            LOG.removeHandler(complaining);
        } catch (LifecycleException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** What Tomcat has logged as an error. */
    List<String> complaints() {
        return complaints.stream().map(LogRecord::getMessage).toList();
    }

    @Override
    public URI url() {
        return URI.create("http://127.0.0.1:" + tomcat.getConnector().getLocalPort() + basePath);
    }

    @Override
    public boolean isRunning() {
        return tomcat.getServer().getState().isAvailable();
    }
}
