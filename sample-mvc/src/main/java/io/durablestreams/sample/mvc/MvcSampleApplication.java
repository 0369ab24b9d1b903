package io.durablestreams.sample.mvc;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;

import io.durablestreams.server.DurableStreamServlet;
import io.durablestreams.server.handler.DurableStreamHandler;
import io.durablestreams.server.store.memory.InMemoryStreamStore;

/** Serves streams below {@code /v1/stream}: readers may read them, writers may do everything. */
@SpringBootApplication(proxyBeanMethods = false)
public class MvcSampleApplication {

    public static void main(String[] args) {
        SpringApplication.run(MvcSampleApplication.class, args);
    }

    @Bean
    DurableStreamHandler streamHandler() {
        return DurableStreamHandler.builder(new InMemoryStreamStore()).build();
    }

    @Bean
    ServletRegistrationBean<DurableStreamServlet> streams(DurableStreamHandler handler) {
        return new ServletRegistrationBean<>(new DurableStreamServlet(handler), "/v1/stream/*");
    }

    @Bean
    SecurityFilterChain security(HttpSecurity http) {
        return http.authorizeHttpRequests(requests -> requests.requestMatchers(HttpMethod.GET, "/v1/stream/**")
                        .hasAnyRole("READER", "WRITER")
                        .requestMatchers(HttpMethod.HEAD, "/v1/stream/**")
                        .hasAnyRole("READER", "WRITER")
                        .anyRequest()
                        .hasRole("WRITER"))
                .httpBasic(Customizer.withDefaults())
                // Requests carry their credentials, so a page of another origin cannot use those of the browser.
                .csrf(csrf -> csrf.disable())
                .build();
    }

    @Bean
    UserDetailsService users() {
        return new InMemoryUserDetailsManager(
                User.withUsername("reader")
                        .password("{noop}reader")
                        .roles("READER")
                        .build(),
                User.withUsername("writer")
                        .password("{noop}writer")
                        .roles("WRITER")
                        .build());
    }
}
